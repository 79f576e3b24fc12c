/** What is measured: something that takes events at a hook URL and delivers them to targets. */

export interface WatchedProcess {
  readonly name: string;
  readonly pid: number;
}

export interface System {
  readonly name: string;
  readonly hookUrl: string;
  readonly processes: readonly WatchedProcess[];
  /** The doors of an installation of ours; the bare loop has none. */
  readonly installation?: Installation;
  /** How many transactions that write its database has seen; without one there is none to ask. */
  readonly countWritingTransactions?: () => Promise<number>;
  /** One more, with the settings of the first. */
  readonly addDispatcher?: () => Promise<WatchedProcess>;
  stop(): Promise<void>;
}

export interface Installation {
  readonly apiUrl: string;
  /** The admin key. */
  readonly apiKey: string;
  readonly databaseUrl: string;
}

export interface SystemOptions {
  /** Each event goes to all of them: one webhook subscription each. */
  readonly targets: readonly string[];
  /** Further subscriptions, for a type that is never sent. */
  readonly bystanders: number;
  /** Where to write CPU profiles; none without. */
  readonly profileDir?: string | undefined;
  /** Settings over those of every run. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Tells logs of several systems apart that run at the same time. */
  readonly label?: string | undefined;
}

export type StartSystem = (options: SystemOptions) => Promise<System>;

/** Arguments that make Node write a CPU profile of each thread into a folder `name` when the process ends. */
export function profileArguments(profileDir: string | undefined, name: string): string[] {
  return profileDir === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDir}/${name}`];
}
