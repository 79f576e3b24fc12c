import { describe, expect, test } from "vitest";
import type { Action, Probed, ProbeOptions, ProbeResult } from "./index.ts";
import { createHttpClient, defineConnector, MASK, performProbe, probe } from "./index.ts";
import { openReceiver, openSocketServer, type Answer } from "./testing/index.ts";
import { action, CANARY, connection, event, secrets } from "./testing/sample-attempt.ts";

const past = { firstAttemptAt: new Date(1), startedAt: new Date(2), attempts: 3 };

/** An action whose doubt is settled by `looks`. */
function lookingBy(looks: NonNullable<Parameters<typeof action>[0]["probe"]>): Action {
  return action({
    repeat: probe({ visibleAfterMs: 0, inDoubt: "hold" }),
    plan: (_input, { settings }) => ({ method: "POST", url: settings.url, headers: {} }),
    probe: looks,
  });
}

/** Asks at `/seen`; 200 is found, 404 is absent, anything else is unknown. */
const looking = lookingBy(async ({ request, settings, key }): Promise<Probed> => {
  const exchange = await request({ method: "GET", url: `${settings.url}/seen/${key}`, headers: {} });
  if (exchange.kind === "failed") return { kind: "unknown", detail: exchange.detail };
  if (exchange.status === 404) return { kind: "absent" };
  if (exchange.status !== 200) return { kind: "unknown", detail: `It answered ${CANARY}.` };
  return { kind: "found", summary: { en: `Found ${CANARY}.`, de: `Da: ${CANARY}.` }, ref: CANARY };
});

async function look(
  given: Action,
  options: Partial<ProbeOptions> & { readonly url: string },
): Promise<ProbeResult> {
  const http = createHttpClient({ userAgent: "t", allowAddresses: ["127.0.0.0/8"] });
  const text = { title: { en: "T" }, summary: { en: "S" } };
  const connector = defineConnector({
    id: "sample",
    ...text,
    hosts: ["127.0.0.1"],
    connection,
    actions: { act: given },
  });
  try {
    return await performProbe({
      connector,
      action: given,
      input: {},
      settings: { url: options.url },
      secrets,
      key: "dlv_1",
      event,
      http,
      deadlineMs: 2_000,
      past,
      ...options,
    });
  } finally {
    await http.close();
  }
}

async function lookWith(answer: Answer, given: Action = looking): Promise<ProbeResult> {
  await using receiver = await openReceiver(answer);
  return await look(given, receiver);
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end(CANARY);

describe("a probe", () => {
  test("that finds it says what it found, without secrets, and its request is recorded", async () => {
    const result = await lookWith(status(200));
    expect(result).toMatchObject({
      probed: { kind: "found", summary: { en: `Found ${MASK}.`, de: `Da: ${MASK}.` }, ref: MASK },
      unasked: undefined,
      thrown: undefined,
      request: { method: "GET", headers: { authorization: `Bearer ${MASK}` } },
      reply: { status: 200, body: Buffer.from(MASK) },
    });
    expect(result.request?.url).toMatch(/\/seen\/dlv_1$/);
  });

  test("that does not find it is absent; one that is not told is unknown, and looking again would tell no more", async () => {
    expect(await lookWith(status(404))).toMatchObject({ probed: { kind: "absent" }, unasked: undefined });
    expect(await lookWith(status(403))).toMatchObject({
      probed: { kind: "unknown", detail: `It answered ${MASK}.` },
      unasked: undefined,
    });
  });

  test.each([
    [503, "http_status", { "retry-after": "7" }, 7_000],
    [500, "http_status", {}, undefined],
    [429, "rate_limited", { "retry-after": "9" }, 9_000],
    [401, "unauthorized", {}, undefined],
  ])("answered %i was not answered at all: it may look again", async (code, reason, headers, afterMs) => {
    const { probed, unasked } = await lookWith(status(code, headers));
    expect(probed.kind).toBe("unknown");
    expect(unasked).toEqual({
      reason,
      detail: `The target answered ${code}.`,
      ...(afterMs === undefined ? {} : { afterMs }),
    });
  });

  test("without an answer does not say that something may have arrived", async () => {
    await using server = await openSocketServer((socket) => socket.destroy());
    const { probed, unasked } = await look(looking, { url: server.url });
    expect(probed.kind).toBe("unknown");
    expect(unasked).toMatchObject({ reason: "reset", detail: expect.not.stringMatching(/arrived/) });
  });

  test("that takes a failure for 'not there' is not believed", async () => {
    const careless = lookingBy(async ({ request, settings }) => {
      await request({ method: "GET", url: settings.url, headers: {} });
      return { kind: "absent" };
    });
    expect(await lookWith(status(502), careless)).toMatchObject({
      probed: { kind: "unknown", detail: "The target answered 502." },
      unasked: { reason: "http_status" },
    });
    expect(await lookWith(status(200), careless)).toMatchObject({ probed: { kind: "absent" } });
  });

  test("may only read; a POST that reads says so", async () => {
    const posting = (mutating?: boolean): Action =>
      lookingBy(async ({ request, settings }) => {
        await request({ method: "POST", url: settings.url, headers: {}, mutating });
        return { kind: "absent" };
      });
    await using receiver = await openReceiver(status(200));
    const refused = await look(posting(), receiver);
    expect(receiver.requests).toEqual([]);
    expect(refused.probed.kind).toBe("unknown");
    expect(refused.thrown?.error).toMatchObject({ code: "connector.probe_not_read_only" });
    expect(await look(posting(false), receiver)).toMatchObject({ probed: { kind: "absent" } });
    expect(receiver.requests).toHaveLength(1);
  });

  test("that throws is unknown, and its error is for the log alone", async () => {
    const failing = lookingBy(() => Promise.reject(new Error(CANARY)));
    const { probed, thrown, unasked } = await look(failing, { url: "http://127.0.0.1:1" });
    expect(probed).toEqual({
      kind: "unknown",
      detail: `The probe failed by a mistake of its own; the log has it under ${thrown?.id}.`,
    });
    expect(thrown?.error).toEqual(new Error(CANARY));
    expect(unasked).toBeUndefined();
  });

  test("knows when it was first tried, when the attempt in doubt began, and the delivery's key", async () => {
    const seen: unknown[] = [];
    const noting = lookingBy(async (context, _input, given) => {
      seen.push(context.key, given, "attempt" in context);
      return { kind: "absent" };
    });
    await look(noting, { url: "http://127.0.0.1:1" });
    expect(seen).toEqual(["dlv_1", past, false]);
  });

  test("ends at its deadline and when it is stopped, even if it does not listen", async () => {
    const deaf = lookingBy(() => new Promise<never>(() => {}));
    const url = "http://127.0.0.1:1";
    expect(await look(deaf, { url, deadlineMs: 50 })).toMatchObject({
      probed: { kind: "unknown" },
      unasked: { reason: "timeout" },
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    expect(await look(deaf, { url, signal: stop.signal })).toMatchObject({
      probed: { kind: "unknown" },
      unasked: { reason: "aborted" },
    });
    expect((await look(deaf, { url, signal: stop.signal })).unasked?.reason).toBe("aborted");
  });
});
