/** Ctrl-C and SIGTERM: what was started is stopped in order, so that no server and no data folder stays behind. */

type Stop = () => Promise<void>;

const running = new Set<Stop>();
let interrupted = false;

/** Wraps `stop` so that it runs once, whoever asks: the run's own end or an interrupt. */
export function stoppedOnInterrupt(stop: Stop): Stop {
  let stopping: Promise<void> | undefined;
  const stopOnce: Stop = () => {
    stopping ??= stop().finally(() => running.delete(stopOnce));
    return stopping;
  };
  running.add(stopOnce);
  return stopOnce;
}

export function stopEverythingOnInterrupt(): void {
  const onSignal = (signal: NodeJS.Signals) => {
    if (interrupted) process.exit(1);
    interrupted = true;
    console.error(`\n${signal}: stopping what was started (again to leave it)`);
    void stopEverything().finally(() => process.exit(130));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

/** What was being measured fails when its processes end; that is no failure to report. */
export function wasInterrupted(): boolean {
  return interrupted;
}

/** The latest first: what was started last may need what was started before. */
async function stopEverything(): Promise<void> {
  for (const stop of [...running].toReversed()) {
    await stop().catch((error: unknown) => console.error(error));
  }
}
