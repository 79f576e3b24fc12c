/** Loaded before a program of ours (`node --import`): on SIGUSR2 its event loop stands still for as long as it is told. */
const BLOCK_MS = Number(process.env.FAULTS_BLOCK_MS ?? 5_000);

process.on("SIGUSR2", () => {
  const until = performance.now() + BLOCK_MS;
  while (performance.now() < until);
});
