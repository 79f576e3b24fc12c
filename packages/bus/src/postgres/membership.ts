/** What a member of a group writes and reads in PostgreSQL. */
import { randomUUID } from "node:crypto";
import { isGone, ownIdentity, type ProcessIdentity } from "@stellwerk/process";
import type { OutgoingRecord } from "../port.ts";
import { planAssignment } from "./assignment.ts";
import type { Assignment, Member } from "./assignment.ts";
import { partitionKey } from "../consuming/assigned-partition.ts";
import type { Offset } from "../consuming/offset-commits.ts";
import { numberArray } from "./connections.ts";
import type { Connections, Queryable } from "./connections.ts";
import type { Topic, Topics } from "../topic.ts";
import { sqlFile } from "./sql-file.ts";
import { writeRecords } from "./write-records.ts";

const insertMember = sqlFile("insert-member");
const beat = sqlFile("beat");
const listMembers = sqlFile("list-members");
const expireMembers = sqlFile("expire-members");
const readGroup = sqlFile("read-group");
const takePartitions = sqlFile("take-partitions");
const commitOffsets = sqlFile("commit-offsets");
const releasePartition = sqlFile("release-partition");
const leaveGroup = sqlFile("leave-group");
const MAX_DEADLINE_MS = 5_000;

export interface GroupAssignment extends Assignment {
  readonly nextOffset: string | null;
}

export interface Attendance {
  /** Everything that is this member's now. */
  readonly mine: readonly GroupAssignment[];
  /** What it should let go of, as soon as the batch in hand is done. */
  readonly release: readonly Assignment[];
}

export interface JoinOptions {
  readonly group: string;
  readonly reads: readonly Topic[];
  readonly sessionTimeoutMs: number;
}

/** Under a new name each time. */
export async function joinGroup(connections: Connections, options: JoinOptions): Promise<Membership> {
  const { group, reads, sessionTimeoutMs } = options;
  const deadlineMs = Math.min(MAX_DEADLINE_MS, sessionTimeoutMs / 2);
  const memberId = randomUUID();
  const identity = ownIdentity();
  await connections.transaction(deadlineMs, async (db) => {
    await db.query("INSERT INTO bus.consumer_group (name) VALUES ($1) ON CONFLICT DO NOTHING", [group]);
    const topicIds = numberArray(reads.map((topic) => topic.id));
    await db.query(insertMember, [
      memberId,
      group,
      topicIds,
      sessionTimeoutMs,
      identity.pid,
      identity.machine,
    ]);
    await db.query("SELECT pg_notify('stellwerk_bus_groups', $1)", [group]);
  });
  return new Membership(connections, { group, memberId, deadlineMs, identity });
}

interface MembershipPlace {
  readonly group: string;
  readonly memberId: string;
  readonly deadlineMs: number;
  readonly identity: ProcessIdentity;
}

export class Membership {
  readonly #connections: Connections;
  readonly #group: string;
  readonly #memberId: string;
  readonly #deadlineMs: number;
  readonly #identity: ProcessIdentity;

  constructor(connections: Connections, place: MembershipPlace) {
    this.#connections = connections;
    this.#group = place.group;
    this.#memberId = place.memberId;
    this.#deadlineMs = place.deadlineMs;
    this.#identity = place.identity;
  }

  /**
   * The heartbeat: says that this member lives, puts out those that do not, takes this member's share of what
   * is free. Undefined: this member itself was put out.
   */
  attend(take: boolean): Promise<Attendance | undefined> {
    return this.#transaction(async (db) => {
      // One member at a time decides.
      await db.query("SELECT FROM bus.consumer_group WHERE name = $1 FOR UPDATE", [this.#group]);
      const alive = await db.query(beat, [this.#memberId]);
      if (alive.length === 0) return undefined;
      await db.query(expireMembers, [this.#group, await this.#findDead(db)]);
      const [row] = await db.query<[Member[] | null, GroupAssignment[] | null]>(readGroup, [this.#group]);
      const [members, assignments] = [row?.[0] ?? [], row?.[1] ?? []];
      const mine = assignments.filter((each) => each.memberId === this.#memberId);
      const plan = planAssignment(this.#memberId, members, assignments);
      if (!take || plan.take.length === 0) return { mine, release: plan.release };
      await db.query(takePartitions, [
        this.#group,
        this.#memberId,
        numberArray(plan.take.map((each) => each.topicId)),
        numberArray(plan.take.map((each) => each.partition)),
      ]);
      return { mine: [...mine, ...plan.take], release: plan.release };
    });
  }

  /** Resolves with the keys of the partitions that were still this member's. */
  commit(offsets: readonly Offset[]): Promise<Set<string>> {
    return this.#connections.run(this.#deadlineMs, (db) => this.#commit(db, offsets));
  }

  /** Puts records aside and moves past them, both or neither. False: the partition is no longer this member's. */
  commitWithDead(offset: Offset, topics: Topics, dead: readonly OutgoingRecord[]): Promise<boolean> {
    return this.#transaction(async (db) => {
      const mine = await this.#commit(db, [offset]);
      if (mine.size === 0) return false;
      await writeRecords(db, topics, dead);
      return true;
    });
  }

  /** Lets the others have it. */
  async release(topicId: number, partition: number, nextOffset: bigint | undefined): Promise<void> {
    await this.#connections.run(this.#deadlineMs, (db) =>
      db.query(releasePartition, [this.#group, this.#memberId, topicId, partition, nextOffset ?? null]),
    );
  }

  async leave(): Promise<void> {
    await this.#connections.run(this.#deadlineMs, (db) =>
      db.query(leaveGroup, [this.#group, this.#memberId]),
    );
  }

  /** One that was killed need not be waited for until its session ends, where its pid can tell. */
  async #findDead(db: Queryable): Promise<string[]> {
    const { machine } = this.#identity;
    if (machine === null) return [];
    const rows = await db.query<[id: string, pid: number, machine: string]>(listMembers, [
      this.#group,
      machine,
    ]);
    return rows
      .filter(([, pid, itsMachine]) => isGone({ pid, machine: itsMachine }, this.#identity))
      .map(([id]) => id);
  }

  #transaction<T>(work: (db: Queryable) => Promise<T>): Promise<T> {
    return this.#connections.transaction(this.#deadlineMs, work);
  }

  async #commit(db: Queryable, offsets: readonly Offset[]): Promise<Set<string>> {
    const rows = await db.query<[topicId: number, partition: number]>(commitOffsets, [
      this.#group,
      this.#memberId,
      numberArray(offsets.map((each) => each.topicId)),
      numberArray(offsets.map((each) => each.partition)),
      numberArray(offsets.map((each) => each.nextOffset)),
    ]);
    return new Set(rows.map(([topicId, partition]) => partitionKey(topicId, partition)));
  }
}
