/**
 * Connects to the first of several addresses that answers ("happy eyeballs", RFC 8305): the next one is
 * tried when one fails, or does not answer for a while, and whoever is first stays.
 */
import type { Socket } from "node:net";

/** RFC 8305's recommendation. */
const HEAD_START_MS = 250;
/** All of a name's addresses are checked; so many are tried. */
const MOST_TRIED = 6;

/** Rejects with the first address's error, or with the signal's reason. */
export function connectFirst(
  addresses: readonly string[],
  open: (address: string) => Socket,
  signal: AbortSignal,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const waiting = addresses.slice(0, MOST_TRIED);
  const opened = new Set<Socket>();
  let firstError: unknown;
  let timer: NodeJS.Timeout | undefined;

  function end(keep: Socket | undefined): void {
    clearTimeout(timer);
    waiting.length = 0;
    signal.removeEventListener("abort", abort);
    for (const socket of opened) if (socket !== keep) socket.destroy();
  }

  function abort(): void {
    end(undefined);
    reject(signal.reason);
  }

  function tryNext(): void {
    clearTimeout(timer);
    const address = waiting.shift();
    if (address === undefined) return;
    const socket = open(address);
    opened.add(socket);
    // Stays for the socket's life: an error that comes before its user listens must not end the process.
    socket.on("error", (error) => {
      firstError ??= error;
      if (!opened.delete(socket)) return;
      if (waiting.length > 0) tryNext();
      else if (opened.size === 0) {
        end(undefined);
        reject(firstError);
      }
    });
    socket.once("connect", () => {
      end(socket);
      opened.clear();
      resolve(socket);
    });
    if (waiting.length > 0) timer = setTimeout(tryNext, HEAD_START_MS);
  }

  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  else tryNext();
  return promise;
}
