/** Tells "the database cannot do it now" from "the statement is wrong": only the second may be blamed on a record. */
import { StoreUnavailableError } from "./errors.ts";

/**
 * SQLSTATE: connection lost (08), rolled back for another's sake (40), out of memory, disk or
 * connections (53), shut down or cancelled (57), I/O error (58); cut off while idle in a transaction,
 * a standby, a lock that was not to be had. Then what the socket says.
 */
const UNAVAILABLE =
  /^(08|40|53|57|58|25P03|25006|55P03|ECONN|ENET|EHOST|ENOTFOUND|ENOENT|EPIPE|ETIMEDOUT|EAI_)/;

/** The driver's own errors have no code. */
const UNAVAILABLE_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/i;

/** Awaits `work`; what means "try again later" arrives as StoreUnavailableError. */
export async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isUnavailable(error) ? new StoreUnavailableError(error) : error;
  }
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? UNAVAILABLE.test(code) : UNAVAILABLE_MESSAGE.test(error.message);
}
