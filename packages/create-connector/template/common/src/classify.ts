/** What TplTitle's answers mean, where the default table for APIs does not know. */
import { type AttemptFacts, type Exchange, type Outcome, unknownCode } from "@stellwerk/connector-kit";
import { z } from "zod";

const problem = z.object({ message: z.string() });
const item = z.object({ id: z.string() });

export function classify(exchange: Exchange, _now: Date, { attempt }: AttemptFacts): Outcome | undefined {
  if (exchange.kind === "failed") return undefined;
  const { status } = exchange;
  const body = readJson(exchange.body);
  if (status === 400 || status === 422) {
    const said = problem.safeParse(body);
    return said.success ? { kind: "rejected", reason: "http_status", detail: said.data.message } : undefined;
  }
  if (status < 200 || status >= 300) return undefined;
  const made = item.safeParse(body);
  if (made.success) {
    return {
      kind: "delivered",
      did: "created",
      summary: { en: `Created ${made.data.id}.`, de: `${made.data.id} wurde angelegt.` },
    };
  }
  // It says 2xx and brings something else: a proxy's page, or an error of its own.
  const said = z.object({ error: z.string() }).safeParse(body);
  return unknownCode(said.success ? said.data.error : "an answer without an id", attempt);
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
