/** One event followed from the request that brought it to the request that delivered it. */
import { expect, describe, test } from "vitest";
import { BUSES } from "../processes/buses.ts";
import { SAMPLE } from "../sample.ts";
import { subscribeWebhook } from "../subscribe-webhook.ts";
import { waitFor } from "../wait.ts";
import { openApart, startTarget } from "./open-apart.ts";
import type { Span } from "./otlp-receiver.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const CALLER_SPAN_ID = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE_ID}-${CALLER_SPAN_ID}-01`;

async function postOne(hookUrl: string): Promise<string> {
  const answer = await fetch(hookUrl, {
    method: "POST",
    headers: { "content-type": "application/json", traceparent: TRACEPARENT },
    body: new Uint8Array(SAMPLE),
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { id: string }).id;
}

type Line = Readonly<Record<string, unknown>>;

function linesOf(output: string): Line[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Line);
}

function only(spans: readonly Span[], name: string): Span {
  const found = spans.filter((span) => span.name === name);
  expect(found.map((span) => span.name)).toEqual([name]);
  return found[0]!;
}

describe.each(BUSES)("on $name", (bus) => {
  test("one trace goes from the caller's header to the target's, retries beside each other", async () => {
    await using open = await bus.open();
    await using apart = await openApart({ env: open.env, traced: true });
    await using target = await startTarget(2);
    const { hookUrl } = await subscribeWebhook(apart.client, { url: target.url, schedule: ["1s", "1s"] });
    const event = await postOne(hookUrl);
    await waitFor(() => target.received.length >= 3, { withinMs: 20_000, what: "three attempts" });
    await waitFor(
      async () => (await apart.scrapeDispatcher()).includes("stellwerk_deliveries_delivered_total 1"),
      {
        withinMs: 10_000,
        what: "the outcome to be counted",
      },
    );
    const scraped = await apart.scrapeDispatcher();
    for (const topic of ["stellwerk.events", "stellwerk.operations"]) {
      expect(scraped).toContain(`stellwerk_bus_consumer_lag{topic="${topic}"} 0`);
    }
    await apart.stop();

    expect([...apart.collectorPaths]).toEqual(["POST /v1/traces"]);
    const spans = apart.spans.filter((span) => span.traceId === TRACE_ID);
    const request = only(spans, "POST /hooks/{token}");
    const publish = only(spans, "publish stellwerk.events");
    const route = only(spans, "route stellwerk.events");
    const attempts = spans.filter((span) => span.name === "attempt webhook");
    expect(spans).toHaveLength(3 + attempts.length);
    expect([request, publish, route].map(({ service, parentSpanId }) => [service, parentSpanId])).toEqual([
      ["stellwerk-api", CALLER_SPAN_ID],
      ["stellwerk-api", request.spanId],
      ["stellwerk-dispatcher", publish.spanId],
    ]);
    expect(attempts.map((span) => [span.parentSpanId, span.isError])).toEqual([
      [route.spanId, true],
      [route.spanId, true],
      [route.spanId, false],
    ]);
    expect(attempts.map((span) => span.attributes["stellwerk.attempt"])).toEqual(["1", "2", "3"]);
    expect(new Set(attempts.map((span) => span.attributes["stellwerk.event.id"]))).toEqual(new Set([event]));
    const deliveries = new Set(attempts.map((span) => span.attributes["stellwerk.delivery.id"]));
    expect(deliveries).toEqual(new Set([target.received[0]?.["webhook-id"]]));
    expect(target.received.map((headers) => headers["traceparent"])).toEqual(
      attempts.map((span) => `00-${TRACE_ID}-${span.spanId}-01`),
    );
    // A hook's token and a target's path are secrets.
    const told = JSON.stringify(apart.spans);
    expect(told).not.toContain(hookUrl.split("/").at(-1));
    expect(told).not.toContain(new URL(target.url).pathname);
  });
});

test("without an endpoint the caller's header is passed on as it came, and nothing is sent", async () => {
  await using apart = await openApart({ env: {} });
  await using target = await startTarget(0);
  const { hookUrl } = await subscribeWebhook(apart.client, { url: target.url });
  await postOne(hookUrl);
  await waitFor(() => target.received.length > 0, { withinMs: 20_000, what: "the delivery" });
  expect(target.received[0]?.["traceparent"]).toBe(TRACEPARENT);
  await apart.stop();
  expect(apart.spans).toEqual([]);
});

test("one event is found by its id in the log of both processes, with its request, delivery and trace", async () => {
  await using apart = await openApart({ env: {}, logLevel: "debug" });
  await using target = await startTarget(1);
  const { hookUrl } = await subscribeWebhook(apart.client, { url: target.url, schedule: ["1s"] });
  const event = await postOne(hookUrl);
  await waitFor(() => target.received.length >= 2, { withinMs: 20_000, what: "both attempts" });
  await apart.dispatcher.says(/"state":"delivered"/, 10_000);
  await apart.stop();

  const inApi = linesOf(apart.api.output).filter((line) => line["event"] === event);
  expect(inApi.map((line) => line["msg"])).toEqual(["event accepted"]);
  expect(inApi[0]).toMatchObject({
    name: "api",
    account: expect.stringMatching(/^acc_/),
    requestId: expect.stringMatching(/^req_/),
    trace: TRACE_ID,
  });
  const inDispatcher = linesOf(apart.dispatcher.output).filter((line) => line["event"] === event);
  expect(inDispatcher.map((line) => [line["msg"], line["state"]])).toEqual([
    ["event routed", undefined],
    ["attempt recorded", "queued"],
    ["attempt recorded", "delivered"],
  ]);
  for (const line of inDispatcher)
    expect(line).toMatchObject({ account: inApi[0]?.["account"], trace: TRACE_ID });
  expect(inDispatcher.slice(1).map((line) => [line["delivery"], line["attempt"]])).toEqual([
    [target.received[0]?.["webhook-id"], 1],
    [target.received[0]?.["webhook-id"], 2],
  ]);
});
