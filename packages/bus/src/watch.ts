/** What the bus tells whoever counts: a call a write, not a record. */
export interface BusWatch {
  /** Records that are durable now, dead ones included. */
  wrote(records: number, durationMs: number): void;
  /** A try that failed; the records are tried again until their callers' deadlines. */
  writeFailed(): void;
}
