/**
 * Who reads which partition, decided by the group's leader. A partition that somebody holds is never given to
 * another: its holder keeps it, or is given one less, finishes its batch, lets go and asks for another round, in
 * which the partition is free. (Kafka calls this a cooperative rebalance; kafkajs has none.) Pure.
 */

/** By topic. */
export type Partitions = Readonly<Record<string, readonly number[]>>;

export interface GroupMember {
  readonly id: string;
  readonly topics: readonly string[];
  /** What it reads now, or still finishes. */
  readonly holds: Partitions;
  /** It is about to leave: it keeps what it holds, and gets nothing. */
  readonly leaving: boolean;
}

export function planAssignment(
  members: readonly GroupMember[],
  partitions: Partitions,
): Map<string, Record<string, number[]>> {
  const plan = new Map<string, Record<string, number[]>>(members.map(({ id }) => [id, {}]));
  // Who gets one more than the others goes round with the topics, so that it evens out.
  Object.keys(partitions)
    .toSorted()
    .forEach((topic, turn) => {
      for (const [id, share] of planTopic(topic, turn, members, partitions[topic] ?? [])) {
        const assigned = plan.get(id);
        if (assigned && share.length > 0) assigned[topic] = share;
      }
    });
  return plan;
}

function planTopic(
  topic: string,
  turn: number,
  members: readonly GroupMember[],
  partitions: readonly number[],
): Map<string, number[]> {
  const readers = members.filter((member) => member.topics.includes(topic)).toSorted(byId);
  const holders = new Map<number, string[]>();
  for (const { id, holds } of readers) {
    for (const partition of holds[topic] ?? [])
      holders.set(partition, [...(holders.get(partition) ?? []), id]);
  }
  const staying = readers.filter((member) => !member.leaving);
  const sizes = shareSizes(
    staying.map((member) => member.id),
    turn,
    partitions.length,
  );
  const shares = new Map(staying.map(({ id }) => [id, [] as number[]]));
  const take = (id: string, partition: number): boolean => {
    const share = shares.get(id);
    if (!share || share.length >= (sizes.get(id) ?? 0)) return false;
    share.push(partition);
    return true;
  };
  for (const partition of partitions) {
    const [holder, another] = holders.get(partition) ?? [];
    // Two hold it: one of them does not know yet that it was put out. Nobody gets it until one is left.
    if (holder !== undefined && another === undefined) take(holder, partition);
  }
  for (const partition of partitions) {
    if (!holders.has(partition)) staying.some(({ id }) => take(id, partition));
  }
  return shares;
}

function shareSizes(ids: readonly string[], turn: number, partitions: number): Map<string, number> {
  const [all, more] = [Math.floor(partitions / ids.length), partitions % ids.length];
  return new Map(ids.map((id, index) => [id, all + ((index + turn) % ids.length < more ? 1 : 0)]));
}

function byId(a: GroupMember, b: GroupMember): number {
  return a.id < b.id ? -1 : 1;
}
