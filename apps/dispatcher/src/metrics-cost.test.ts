import type { AttemptResult, Connector } from "@stellwerk/connector-kit";
import { newUuid } from "@stellwerk/delivery";
import type { ClaimedDelivery, DeliveryOutcome } from "@stellwerk/store";
import { countBusWrites, MetricsRegistry } from "@stellwerk/telemetry";
import { expect, test } from "vitest";
import { createDispatcherMetrics } from "./metrics.ts";

/** What an event costs at the top, end to end, in microseconds of CPU. */
const EVENT_MICROS = 500;
const EVENTS = 200_000;

test("counting costs less than a hundredth of what an event costs", () => {
  const registry = new MetricsRegistry();
  const connector = { id: "webhook" } as Connector;
  const metrics = createDispatcherMetrics(registry, [connector]);
  const bus = countBusWrites(registry);
  const result = { outcome: { kind: "delivered" }, durationMs: 12 } as AttemptResult;
  const delivery = { deliveryId: newUuid() } as ClaimedDelivery;
  const attempt = { startedAt: new Date(), durationMs: 12 };
  const outcome = { state: "delivered", held: false, reason: null, attempt } as DeliveryOutcome;
  const countEvents = (events: number): number => {
    const { user, system } = process.cpuUsage();
    for (let event = 0; event < events; event += 1) {
      // Every batch of one: the worst there is.
      bus.wrote(1, 2);
      metrics.routed(1, 1);
      metrics.attempted(connector, result);
      metrics.recorded(delivery, outcome);
      metrics.committed(2, 3);
    }
    const used = process.cpuUsage();
    return (used.user - user + used.system - system) / events;
  };
  countEvents(EVENTS / 10);
  expect(countEvents(EVENTS)).toBeLessThan(EVENT_MICROS / 100);
});
