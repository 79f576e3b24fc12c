/**
 * Gives a process a share of one core, by letting it run for a part of every period. So that a machine with few cores
 * can say what several dispatchers do where each has a core of its own: here they would wait for each other, for
 * PostgreSQL and for the instruments.
 */
const PERIOD_MS = 40;

/** Until what it returns is called. */
export function throttle(pid: number, percent: number): () => void {
  const runMs = (PERIOD_MS * percent) / 100;
  let rest: NodeJS.Timeout | undefined;
  const period = setInterval(() => {
    if (!signal(pid, "SIGCONT")) return stop();
    rest = setTimeout(() => signal(pid, "SIGSTOP"), runMs);
  }, PERIOD_MS);

  function stop(): void {
    clearInterval(period);
    clearTimeout(rest);
    signal(pid, "SIGCONT");
  }
  return stop;
}

/** False: it has ended. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
