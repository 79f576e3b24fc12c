/** What TplTitle's answers mean, where the default table for APIs does not know. */
import {
  type AttemptFacts,
  type Exchange,
  type Outcome,
  readJson,
  unknownCode,
} from "@stellwerk/connector-kit";
import { z } from "zod";

const problem = z.object({ message: z.string() });
const item = z.object({ id: z.string() });

export function classify(exchange: Exchange, _now: Date, { attempt }: AttemptFacts): Outcome | undefined {
  if (exchange.kind === "failed") return undefined;
  const { status } = exchange;
  if (status === 400 || status === 422) {
    const said = readJson(exchange, problem);
    return said && { kind: "rejected", reason: "http_status", detail: said.message };
  }
  if (status < 200 || status >= 300) return undefined;
  const made = readJson(exchange, item);
  if (made !== undefined) {
    return {
      kind: "delivered",
      did: "created",
      summary: { en: `Created ${made.id}.`, de: `${made.id} wurde angelegt.` },
    };
  }
  // It says 2xx and brings an error of its own, or nothing that can be read: then it may have been done.
  const said = readJson(exchange, z.object({ error: z.string() }));
  if (said !== undefined) return unknownCode(said.error, attempt);
  return { kind: "in_doubt", reason: "unreadable", detail: `TplTitle answered ${status} without an id.` };
}
