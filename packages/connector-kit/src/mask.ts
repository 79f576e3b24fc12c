/**
 * Keeps secrets out of what is recorded. Authorisation headers are hidden by their place; a secret's
 * own text is hidden wherever it turns up, also in a reply: some targets echo what they were sent.
 */
import type { Authorisation } from "./connector.ts";
import type { Reply, RequestPlan } from "./exchange.ts";
import type { ReplyRecord, RequestRecord } from "./attempt.ts";

export const MASK = "••••";

/** Shorter ones would hide half of an ordinary text; a secret that short protects nothing. */
const SHORTEST_SECRET = 4;
/** Less in base64 is so little that other text has it by chance. */
const SHORTEST_ENCODED = 6;

/** The texts of a connection's secrets are the same for thousands of attempts. */
const known = new WeakMap<object, readonly string[]>();

export function secretTexts(secrets: unknown): readonly string[] {
  if (typeof secrets !== "object" || secrets === null) return [];
  let texts = known.get(secrets);
  if (texts === undefined) {
    const found = new Set<string>();
    collect(secrets, found);
    // The longest first, so that a secret inside another one does not leave a rest.
    texts = [...found].toSorted((a, b) => b.length - a.length);
    known.set(secrets, texts);
  }
  return texts;
}

/** A connector that makes its headers once, and not for each request, spares us the work. */
const authorised = new WeakMap<object, { secrets: readonly string[]; texts: readonly string[] }>();

/** What to hide in an attempt whose request was authorised with `added`: also `Bearer x` and the `x` in it. */
export function withAuthorisation(secrets: readonly string[], added: Authorisation): readonly string[] {
  const { secretHeaders } = added;
  if (secretHeaders === undefined) return secrets;
  const before = authorised.get(secretHeaders);
  if (before?.secrets === secrets) return before.texts;
  const found = new Set(secrets);
  for (const value of Object.values(secretHeaders)) {
    collect(value, found);
    collect(value.slice(value.lastIndexOf(" ") + 1), found);
  }
  const texts = [...found].toSorted((a, b) => b.length - a.length);
  authorised.set(secretHeaders, { secrets, texts });
  return texts;
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value === "string" && value.length >= SHORTEST_SECRET) {
    for (const form of writtenForms(value)) found.add(form);
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) collect(inner, found);
  }
}

/** As an echo may write it: in JSON, and that in JSON; in an address or a form; in hex or base64. */
function* writtenForms(secret: string): Generator<string> {
  const inJson = JSON.stringify(secret).slice(1, -1);
  for (const text of new Set([secret, inJson, JSON.stringify(inJson).slice(1, -1)])) {
    yield text;
    yield encodeURIComponent(text.toWellFormed());
    yield new URLSearchParams({ "": text }).toString().slice(1);
    if (text.length < SHORTEST_ENCODED) continue;
    const bytes = Buffer.from(text);
    yield bytes.toString("hex");
    yield bytes.toString("hex").toUpperCase();
    for (const offset of [0, 1, 2]) {
      const core = base64Core(bytes, offset);
      yield core;
      yield core.replaceAll("+", "-").replaceAll("/", "_");
    }
  }
}

/** The part of base64 that these bytes alone decide, when they begin at this place of three: something may stand around them. */
function base64Core(bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  return whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

export function maskText(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) {
    if (masked.includes(secret)) masked = masked.replaceAll(secret, MASK);
  }
  return masked;
}

/** Every text in it, at any depth. */
export function maskValue(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return maskText(value, secrets);
  if (Array.isArray(value)) return value.map((each) => maskValue(each, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, maskValue(each, secrets)]));
}

export function recordRequest(
  plan: RequestPlan,
  added: Authorisation,
  secrets: readonly string[],
): RequestRecord {
  const headers = maskValues({ ...plan.headers, ...added.headers }, secrets);
  for (const [name, value] of Object.entries(added.secretHeaders ?? {})) {
    headers[name] = name === "authorization" ? maskAuthorization(value) : MASK;
  }
  return { method: plan.method, url: maskText(maskQuery(plan.url), secrets), headers };
}

/** How it is authorised is no secret, and says whether it was meant: `Bearer ••••`. */
function maskAuthorization(value: string): string {
  const scheme = /^(basic|bearer|digest|token) /i.exec(value)?.[0] ?? "";
  return scheme + MASK;
}

export function recordReply(reply: Reply, secrets: readonly string[]): ReplyRecord {
  const headers = maskValues(reply.headers, secrets);
  if ("set-cookie" in headers) headers["set-cookie"] = MASK;
  const body = maskBytes(reply.body, secrets);
  return { status: reply.status, headers, body: reply.truncated ? maskCutEnd(body, secrets) : body };
}

/** Values in a query are often keys (`?token=…`), their names are not. */
export function maskQuery(url: string): string {
  const start = url.indexOf("?");
  return start === -1 ? url : url.slice(0, start) + url.slice(start).replace(/=[^&#]+/g, `=${MASK}`);
}

function maskValues(
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Record<string, string> {
  const masked: Record<string, string> = {};
  for (const name of Object.keys(headers)) masked[name] = maskText(headers[name] ?? "", secrets);
  return masked;
}

/** Bytes are only touched where a secret is, so a reply that is not text stays as it is. */
function maskBytes(body: Buffer, secrets: readonly string[]): Buffer {
  if (body.length === 0 || !secrets.some((secret) => body.includes(secret))) return body;
  // One character per byte: what is not a secret survives, whatever its encoding.
  let text = body.toString("latin1");
  for (const secret of secrets) text = text.replaceAll(bytesAsText(secret), bytesAsText(MASK));
  return Buffer.from(text, "latin1");
}

/** A body that was cut may end in the middle of a secret. */
function maskCutEnd(body: Buffer, secrets: readonly string[]): Buffer {
  const text = body.toString("latin1");
  let longest = 0;
  for (const secret of secrets.map(bytesAsText)) {
    let length = secret.length - 1;
    while (length >= SHORTEST_SECRET && !text.endsWith(secret.slice(0, length))) length -= 1;
    if (length >= SHORTEST_SECRET) longest = Math.max(longest, length);
  }
  if (longest === 0) return body;
  return Buffer.concat([body.subarray(0, body.length - longest), Buffer.from(MASK)]);
}

function bytesAsText(text: string): string {
  return Buffer.from(text).toString("latin1");
}
