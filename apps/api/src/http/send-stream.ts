/** Writing an answer that is longer than what fits into memory, as fast as its reader reads. */
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { ClientGoneError } from "../errors.ts";
import { alwaysOn } from "./answer.ts";

/** A reader that takes nothing for so long is gone, whatever its connection says. */
const SILENCE_MS = 60_000;

/** The first chunk is made before anything is sent, so that what fails at once is answered as any other problem. */
export async function sendStream(
  response: ServerResponse,
  status: number,
  chunks: AsyncIterable<string>,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  response.writeHead(status, { ...alwaysOn(response.req.socket), ...headers });
  if (response.req.method === "HEAD") {
    await iterator.return?.();
    response.end();
    return;
  }
  response.setTimeout(SILENCE_MS, () => void response.destroy());
  try {
    await pipeline(startingWith(first, iterator), response);
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_STREAM_PREMATURE_CLOSE") throw new ClientGoneError();
    throw error;
  }
}

async function* startingWith<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

export function isStream(body: unknown): body is AsyncIterable<string> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}
