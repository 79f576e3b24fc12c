/** What is measured: something that takes events at a hook URL and delivers them to targets. */

export interface WatchedProcess {
  readonly name: string;
  readonly pid: number;
}

export interface System {
  readonly name: string;
  readonly hookUrl: string;
  readonly processes: readonly WatchedProcess[];
  /** How many transactions that write its database has seen; without one there is none to ask. */
  readonly countWritingTransactions?: () => Promise<number>;
  stop(): Promise<void>;
}

export interface SystemOptions {
  /** Each event goes to all of them: one webhook subscription each. */
  readonly targets: readonly string[];
  /** Further subscriptions, for a type that is never sent. */
  readonly bystanders: number;
  /** Where to write CPU profiles; none without. */
  readonly profileDir?: string | undefined;
}

export type StartSystem = (options: SystemOptions) => Promise<System>;

/** Arguments that make Node write a CPU profile of each thread into a folder `name` when the process ends. */
export function profileArguments(profileDir: string | undefined, name: string): string[] {
  return profileDir === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDir}/${name}`];
}
