/**
 * The clock of all processes of a run. `hrtime` counts from the start of the machine, so times taken in the load
 * generator and in the receiver can be subtracted; `performance.now()` counts from the start of its own process.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
