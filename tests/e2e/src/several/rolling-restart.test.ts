/**
 * Every process is restarted under load, one after the other, as a deployment does it. The client stands for a load
 * balancer: it asks `/readyz` of both api processes four times a second, spreads its calls over those that are ready, and
 * takes the other one when a connection is refused. It repeats nothing that may have been received.
 */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { check } from "../check.ts";
import { problemsIn } from "../kills/describe-findings.ts";
import type { Service } from "../kills/service.ts";
import { startLoad } from "../load.ts";
import { BUSES } from "../processes/buses.ts";
import { waitFor } from "../wait.ts";
import { openSeveral } from "./open-several.ts";

const PER_SECOND = 60;

test.each(BUSES)(
  "rolling restart on $name: no call fails, nothing is lost, no attempt is cut off",
  { timeout: 240_000 },
  async (bus) => {
    await using several = await openSeveral(bus);
    const { apis, first, second, receiver, client, subscriptionId } = several;
    await receiver.misbehave({ delayMs: [20, 400] });
    const load = startLoad({ hookUrls: several.hookUrls, perSecond: PER_SECOND, balanced: true });
    await pause(2_000);
    for (const service of [first, ...apis, second, first]) {
      await restartPolitely(service);
      await pause(1_000);
    }
    await load.stop();
    const accepted = [...load.posted.values()];
    expect(accepted.filter((each) => each.answer !== 202)).toEqual([]);
    await waitFor(
      async () => {
        const deliveries = await client.deliveriesOf(subscriptionId);
        return (
          deliveries.length === accepted.length && deliveries.every((each) => each.state === "delivered")
        );
      },
      { withinMs: 60_000, everyMs: 500, what: () => `all deliveries. Said last:\n${several.output()}` },
    );
    const deliveries = await client.deliveriesOf(subscriptionId);
    const findings = check({
      posted: load.posted,
      received: receiver.received(),
      deliveries,
      senderEndings: [],
    });
    expect(problemsIn(findings)).toEqual({});
    expect(findings.repeated).toBe(0);
    expect(deliveries.filter((each) => each.possiblySent || each.attemptCount !== 1)).toEqual([]);
    expect(findings.accepted).toBeGreaterThan(PER_SECOND * 10);
  },
);

async function restartPolitely(service: Service): Promise<void> {
  const { code } = await service.process.stop();
  expect(code).toBe(0);
  await service.start();
}
