/** Reads a request's body raw, up to a limit. */
import type { IncomingMessage } from "node:http";
import { ClientGoneError, tooSlow } from "../errors.ts";
import { BODY_PACE, unwatchBody, watchBody } from "../limits/slow-bodies.ts";

export const MAX_BODY_BYTES = 1_048_576;

export type ReadBody =
  | { readonly ok: true; readonly body: Buffer }
  /** `start` is what had come when the limit was passed; the rest is read and dropped by Node. */
  | { readonly ok: false; readonly start: Buffer; readonly sizeBytes: number };

/** Rejects when the client goes away in mid-body, and with a 408 when it only drips. */
export function readBody(
  request: IncomingMessage,
  limitBytes = MAX_BODY_BYTES,
  pace = BODY_PACE,
): Promise<ReadBody> {
  // It may have left while we looked its token up; nothing would tell us any more.
  if (request.destroyed) return Promise.reject(new ClientGoneError());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    // Most came together with their headers.
    const watched = request.complete
      ? undefined
      : watchBody(
          pace,
          () => sizeBytes,
          () => {
            stop();
            request.resume();
            reject(tooSlow(pace.bytesPerSecond));
          },
        );
    const stop = () => {
      if (watched !== undefined) unwatchBody(watched);
      request.off("data", onData).off("end", onEnd).off("close", onGone).off("error", onGone);
    };
    const onData = (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= limitBytes) return chunks.push(chunk);
      stop();
      // Still flowing, without a listener: closing at once would reset the connection before the answer is read.
      request.resume();
      const declared = Number(request.headers["content-length"]);
      resolve({
        ok: false,
        start: Buffer.concat(chunks),
        sizeBytes: Number.isSafeInteger(declared) ? declared : sizeBytes,
      });
    };
    const onEnd = () => {
      stop();
      const [only] = chunks;
      resolve({ ok: true, body: chunks.length === 1 && only ? only : Buffer.concat(chunks) });
    };
    const onGone = () => {
      stop();
      reject(new ClientGoneError());
    };
    request.on("data", onData).on("end", onEnd).on("close", onGone).on("error", onGone);
  });
}

/** `application/json; charset=utf-8` -> `application/json`; undefined when the header is missing. */
export function mediaTypeOf(request: IncomingMessage): string | undefined {
  const header = request.headers["content-type"];
  if (header === undefined || header.trim() === "") return undefined;
  const end = header.indexOf(";");
  return (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
}

export function isJsonType(mediaType: string): boolean {
  return mediaType === "application/json" || mediaType === "text/json" || mediaType.endsWith("+json");
}
