/** What a vendor says in a reply's body, whatever its status. */
import type { z } from "zod";
import type { Exchange } from "./exchange.ts";

/**
 * Undefined when there is no reply, when its body is no JSON (a proxy's page, half an answer), or none of this shape.
 *
 * @example
 * const said = readJson(exchange, z.object({ message: z.string() }))?.message ?? "nothing";
 */
export function readJson<Value>(exchange: Exchange, shape: z.ZodType<Value>): Value | undefined {
  if (exchange.kind === "failed") return undefined;
  let body: unknown;
  try {
    body = JSON.parse(exchange.body.toString());
  } catch {
    return undefined;
  }
  return shape.safeParse(body).data;
}
