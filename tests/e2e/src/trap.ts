/** What the proxies share: a moment in a conversation, and who is ended at it. */

export type Moment =
  /** The server has not got the request. */
  | "asked"
  /** The server has done it, and the client does not know. */
  | "committed"
  /** The server has done it, and the answer has reached the client but not one instruction has run since. */
  | "answered";

export interface Victim {
  /** Stops it from running on. */
  freeze(): void;
  kill(): void | Promise<void>;
}

/** For an answer that is lost without a death. */
export const NOBODY: Victim = { freeze() {}, kill() {} };
