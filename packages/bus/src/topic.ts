/** A topic that a driver has made or checked. */
export interface Topic {
  readonly id: number;
  readonly name: string;
  readonly partitions: number;
}

/** By name. */
export type Topics = ReadonlyMap<string, Topic>;
