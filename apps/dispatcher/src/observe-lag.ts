/**
 * How far routing is behind the bus. Read from both ends, the topic and the stored offsets, so that it grows also
 * when this consumer stands still; the same for every driver.
 */
import { EVENTS_TOPIC, OPERATIONS_TOPIC, type EventBus } from "@stellwerk/bus";
import { routedOffsets, type Database } from "@stellwerk/store";
import type { Labels, MetricsRegistry } from "@stellwerk/telemetry";

/** Two queries; whoever asks more often gets the same answer. */
const KEEP_MS = 2_000;

export function observeLag(registry: MetricsRegistry, db: Database, bus: EventBus): void {
  let kept: { readonly atMs: number; readonly lag: Promise<[Labels, number][]> } | undefined;
  registry.gauge(
    "stellwerk.bus.consumer.lag",
    { help: "Records on the bus that are not routed yet." },
    () => {
      if (kept === undefined || performance.now() - kept.atMs > KEEP_MS) {
        kept = { atMs: performance.now(), lag: readLag(db, bus) };
      }
      return kept.lag;
    },
  );
}

async function readLag(db: Database, bus: EventBus): Promise<[Labels, number][]> {
  // Offsets first: what arrives in between then counts as lag, never as less than none.
  const routed = await routedOffsets(db);
  const lag = async (topic: string, nextOf: (each: (typeof routed)[number]) => number) => {
    const bounds = await bus.readBounds(topic);
    const next = new Map(routed.map((each) => [each.partition, nextOf(each)]));
    const behind = bounds.map((bound) =>
      Math.max(0, Number(bound.next) - Math.max(next.get(bound.partition) ?? 0, Number(bound.earliest))),
    );
    return [{ topic }, behind.reduce((sum, each) => sum + each, 0)] as [Labels, number];
  };
  return [
    await lag(EVENTS_TOPIC, (each) => each.nextOffset),
    await lag(OPERATIONS_TOPIC, (each) => each.nextOperationsOffset),
  ];
}
