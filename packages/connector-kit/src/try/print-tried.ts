/** What was tried, for a terminal: plan, request, reply, outcome. */
import type { Outcome } from "../outcome.ts";
import type { Tried } from "./try-action.ts";

export type Paint = (colour: "bold" | "dim" | "green" | "yellow" | "red", text: string) => string;

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };
const MOST_BODY = 2_000;

/** Colours are for people: a file or another program gets the text alone. */
export function painter(hasColours: boolean): Paint {
  return hasColours ? (colour, text) => `\u001B[${CODES[colour]}m${text}\u001B[0m` : (_colour, text) => text;
}

export function printTried(tried: Extract<Tried, { ok: true }>, paint: Paint): string {
  const { plan, sentTo, result } = tried;
  const { request, reply, outcome, thrown, remember } = result;
  const part = (title: string, ...lines: (string | undefined)[]) =>
    [paint("bold", title), ...lines.filter((line) => line !== undefined).map((line) => `  ${line}`), ""].join(
      "\n",
    );
  return [
    plan === undefined
      ? part("Plan", paint("dim", "none: the action works in steps of its own (`deliver`)"))
      : part(
          "Plan",
          `${plan.method} ${plan.url}`,
          ...headerLines(plan.headers, paint),
          ...bodyLines(plan.body),
        ),
    request === undefined
      ? part("Request", paint("dim", "nothing was sent"))
      : part(
          "Request",
          `${request.method} ${request.url}`,
          paint("dim", `answered by ${sentTo}`),
          ...headerLines(request.headers, paint),
        ),
    ...(reply === undefined
      ? []
      : [
          part("Reply", String(reply.status), ...headerLines(reply.headers, paint), ...bodyLines(reply.body)),
        ]),
    part(
      "Outcome",
      `${paint(colourOf(outcome), outcome.kind)} after ${result.durationMs} ms`,
      ...(outcome.kind === "delivered"
        ? [outcome.summary.en, outcome.summary.de, outcome.ref]
        : [`${outcome.reason}: ${outcome.detail}`]),
      ...("afterMs" in outcome && outcome.afterMs !== undefined
        ? [`tried again after ${outcome.afterMs} ms`]
        : []),
      ...(remember === undefined ? [] : [`remembers ${JSON.stringify(remember)}`]),
      ...stackLines(thrown?.error),
    ),
  ].join("\n");
}

function colourOf({ kind }: Outcome): "green" | "yellow" | "red" {
  if (kind === "delivered" || kind === "skipped") return "green";
  return kind === "retry" || kind === "rate_limited" || kind === "in_doubt" ? "yellow" : "red";
}

function headerLines(headers: Readonly<Record<string, string>>, paint: Paint): string[] {
  return Object.entries(headers).map(([name, value]) => paint("dim", `${name}: ${value}`));
}

function bodyLines(body: Uint8Array | string | undefined): string[] {
  if (body === undefined || body.length === 0) return [];
  const text = typeof body === "string" ? body : Buffer.from(body).toString("utf8");
  const shown = prettyJson(text) ?? text;
  const cut =
    shown.length > MOST_BODY ? `${shown.slice(0, MOST_BODY)}\n… ${shown.length - MOST_BODY} more` : shown;
  // A vendor's answer must not move the cursor.
  return cut.split("\n").map((line) => line.replaceAll(/\p{Cc}/gu, "\u00B7"));
}

function prettyJson(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

function stackLines(error: unknown): string[] {
  if (error === undefined) return [];
  return (error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error)).split("\n");
}
