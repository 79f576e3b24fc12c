/**
 * Which partitions a member should take. Each member decides for itself from the same rows, under the group's
 * lock: everybody lets go of what is above its share and takes what is free, up to its share. Pure.
 */
export interface Member {
  readonly id: string;
  readonly topicIds: readonly number[];
}

export interface Assignment {
  readonly topicId: number;
  readonly partition: number;
  readonly memberId: string | null;
}

export interface Plan<Each extends Assignment> {
  readonly take: readonly Each[];
  readonly release: readonly Each[];
}

export function planAssignment<Each extends Assignment>(
  me: string,
  members: readonly Member[],
  assignments: readonly Each[],
): Plan<Each> {
  const take: Each[] = [];
  const release: Each[] = [];
  for (const [topicId, partitions] of groupByTopic(assignments)) {
    const share = shareOf(me, topicId, members, partitions.length);
    const mine = partitions.filter((each) => each.memberId === me);
    release.push(...mine.slice(share));
    const free = partitions.filter((each) => each.memberId === null);
    take.push(...free.slice(0, Math.max(0, share - mine.length)));
  }
  return { take, release };
}

/** The shares of all members add up to the partitions; who gets one more goes round with the topics. */
function shareOf(me: string, topicId: number, members: readonly Member[], partitions: number): number {
  const readers = members.filter((member) => member.topicIds.includes(topicId)).map((member) => member.id);
  const index = readers.toSorted().indexOf(me);
  if (index === -1) return 0;
  const place = (index + topicId) % readers.length;
  return Math.floor(partitions / readers.length) + (place < partitions % readers.length ? 1 : 0);
}

function groupByTopic<Each extends Assignment>(assignments: readonly Each[]): Map<number, Each[]> {
  const topics = Map.groupBy(assignments, (each) => each.topicId);
  for (const partitions of topics.values()) partitions.sort((a, b) => a.partition - b.partition);
  return topics;
}
