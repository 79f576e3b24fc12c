/** Reads a dead topic from its first record to the last one that was there when it was asked for. */
import { deadTopicOf, type BusRecord, type EventBus } from "@stellwerk/bus";

/** One group, so that an operator can allow it by name. It commits nothing that counts. */
const DEAD_TOPIC_GROUP = "stellwerk-dead-topic";
/** Joining a group and the first fetch take a few seconds on Kafka; after that, silence means that nothing comes. */
const SILENCE_MS = 30_000;

class DeadTopicSilentError extends Error {
  readonly code = "dead.silent";
  constructor(topic: string) {
    super(
      `Nothing came from ${topic} for ${SILENCE_MS / 1_000} s, and its end is not reached. ` +
        "Is the same command running elsewhere? Only one can read at a time",
    );
    this.name = "DeadTopicSilentError";
  }
}

/** Needs `ensureTopics`. `onRecord` is called for one record after the other, in the order of each partition. */
export async function readDeadTopic(
  bus: EventBus,
  topic: string,
  onRecord: (record: BusRecord) => Promise<void>,
): Promise<void> {
  const dead = deadTopicOf(topic);
  const bounds = new Map((await bus.readBounds(dead)).map((each) => [each.partition, each]));
  const left = new Set(
    [...bounds.values()].filter((each) => each.next > each.earliest).map((each) => each.partition),
  );
  if (left.size === 0) return;

  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>();
  const silence = setTimeout(() => fail(new DeadTopicSilentError(dead)), SILENCE_MS);
  /** A batch comes again when the group changes. */
  const handled = new Map<number, bigint>();
  const consumer = await bus.consume({
    group: DEAD_TOPIC_GROUP,
    topics: [dead],
    startFrom: async (_topic, partition) => bounds.get(partition)?.earliest,
    async onBatch({ partition, records }) {
      silence.refresh();
      const next = bounds.get(partition)?.next ?? 0n;
      try {
        for (const record of records) {
          if (record.offset >= next || record.offset <= (handled.get(partition) ?? -1n)) continue;
          await onRecord(record);
          handled.set(partition, record.offset);
        }
      } catch (error) {
        fail(error);
        return;
      }
      if ((records.at(-1)?.offset ?? 0n) >= next - 1n) left.delete(partition);
      if (left.size === 0) end();
    },
  });
  try {
    await ended;
  } finally {
    clearTimeout(silence);
    await consumer.stop();
  }
}
