/** Load, blow after blow, then the reckoning. The suite and the long run are this one function. */
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "../api-client.ts";
import { check, type Findings } from "../check.ts";
import { startLoad } from "../load.ts";
import type { Random } from "../random.ts";
import type { Receiver } from "../receiver/start-receiver.ts";
import { subscribeWebhook } from "../subscribe-webhook.ts";
import { waitFor } from "../wait.ts";
import type { Scene } from "./scene.ts";

/** Enough that at any moment requests, routes and sends are under way. */
const EVENTS_PER_SECOND = 100;
/** Between being whole again and the next blow. */
const CALM_MS = [100, 900] as const;
/** A receiver takes its time, so that several attempts are in flight when their sender dies. */
const RECEIVER_TAKES_MS = [0, 40] as const;
/** What is left when the load stops has this long to arrive; a retry on the schedule below takes seconds. */
const SETTLE_WITHIN_MS = 90_000;
const SCHEDULE = ["1s", "1s", "2s", "2s", "5s", "5s", "10s", "10s"];

export interface Blow {
  readonly name: string;
  readonly number: number;
  /** Until everything ran again. */
  readonly backAfterMs: number;
  readonly accepted: number;
  readonly received: number;
}

export interface KillRun {
  readonly scene: Scene;
  readonly receiver: Receiver;
  readonly random: Random;
  /** Names of the scene's blows, in order. */
  readonly plan: readonly string[];
  readonly onBlow: (blow: Blow) => void;
}

export async function runKills({ scene, receiver, random, plan, onBlow }: KillRun): Promise<Findings> {
  const { hookUrl, signingSecret, subscriptionId } = await subscribeWebhook(scene.api, {
    url: receiver.url,
    schedule: SCHEDULE,
  });
  await receiver.checkSignaturesWith(signingSecret);
  await receiver.misbehave({ delayMs: RECEIVER_TAKES_MS });
  const { pathname } = new URL(hookUrl);
  const hookUrls = scene.addresses.map((address) => address + pathname);
  const load = startLoad({ hookUrls, perSecond: EVENTS_PER_SECOND });
  const accepted = () => [...load.posted.values()].filter((each) => each.eventId !== undefined).length;
  try {
    for (const [index, name] of plan.entries()) {
      const strike = scene.blows.get(name);
      if (strike === undefined) throw new Error(`${scene.name} has no blow "${name}"`);
      await pause(random.between(...CALM_MS));
      const startedAt = performance.now();
      await strike();
      onBlow({
        name,
        number: index + 1,
        backAfterMs: performance.now() - startedAt,
        accepted: accepted(),
        received: receiver.received().length,
      });
    }
    // It must also go on working, not only keep what it had.
    const before = accepted();
    await waitFor(() => accepted() > before + EVENTS_PER_SECOND / 2, {
      withinMs: SETTLE_WITHIN_MS,
      what: () => `events to be accepted after the last blow\n${scene.output()}`,
    });
  } finally {
    await load.stop();
  }
  const look = async () =>
    check({
      posted: load.posted,
      received: receiver.received(),
      deliveries: await scene.api.deliveriesOf(subscriptionId),
      senderEndings: scene.senderEndings,
    });
  const promised = [...load.posted.values()].flatMap((each) => each.eventId ?? []);
  return settle(look, scene, () => {
    const arrived = new Set(receiver.received().map((each) => each.eventId));
    return promised.every((id) => arrived.has(id));
  });
}

/** Waits until everything accepted has arrived and nothing is waiting any more. */
async function settle(
  look: () => Promise<Findings>,
  { api }: Scene,
  hasArrived: () => boolean,
): Promise<Findings> {
  const isSettled = async () => {
    if (!hasArrived()) return false;
    const waiting = await Promise.all(
      ["queued", "sending"].map((state) => api.get<Page<unknown>>(`/v1/deliveries?limit=1&state=${state}`)),
    );
    return waiting.every((page) => page.items.length === 0);
  };
  await waitFor(isSettled, { withinMs: SETTLE_WITHIN_MS, everyMs: 250, what: "everything to arrive" }).catch(
    () => {
      // The findings name what is missing, which says more than a timeout.
    },
  );
  return look();
}
