/** The clock that all processes of the machine share and nobody can step: the one of histories and ledgers. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
