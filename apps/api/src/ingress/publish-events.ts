/** `POST /v1/events`: a platform built on Stellwerk produces events, one or up to 500 at once. */
import type { IncomingMessage } from "node:http";
import { formatId, newUuid } from "@stellwerk/delivery";
import { readJson } from "@stellwerk/events";
import { type ClaimResult, hashForIdempotency, type IdempotencyClaim } from "@stellwerk/store";
import { traceIdOf } from "@stellwerk/telemetry";
import { z } from "zod";
import { problemBody } from "../error-response.ts";
import {
  idempotencyConflict,
  invalidRequest,
  malformedBody,
  tooLarge,
  unsupportedMediaType,
} from "../errors.ts";
import { sendJson } from "../http/answer.ts";
import { authenticate, chooseAccount, requireScope } from "../http/authenticate.ts";
import { idAnswer } from "../http/ids.ts";
import { isJsonType, MAX_BODY_BYTES, mediaTypeOf, readBody } from "../http/read-body.ts";
import { idempotencyKeyProblem } from "../http/idempotency-key.ts";
import type { IngressRoute } from "../http/route.ts";
import type { Services } from "../services.ts";
import { newEvent, type NewEvent, readNewEvent } from "./new-event.ts";
import { publishTraced } from "./publish-traced.ts";
import { traceparentOf } from "./traceparent.ts";

const MAX_ITEMS = 500;
const ROUTE = "POST /v1/events";

const itemAnswer = z.union([
  z.strictObject({ id: idAnswer("evt") }),
  z.strictObject({ error: z.looseObject({ status: z.int(), detail: z.string() }) }),
]);

/** One event, as far as it got. */
interface Item {
  readonly event: NewEvent | undefined;
  error?: ReturnType<typeof idempotencyConflict>;
  /** The event's id; a repeat gets the first one's. */
  id: string;
}

export const publishEventsRoute: IngressRoute = {
  method: "POST",
  path: "/v1/events",
  operation: "publishEvents",
  summary: "Publishes an event, or up to 500. Answers when they are durable.",
  description:
    "One event, or an array of up to 500. `id` makes a repeat of that item harmless, the header `Idempotency-Key` a repeat of the whole request. Of an array every item has its own answer, in the same order: an id, or the problem with it.",
  scope: "publish",
  problems: [],
  creates: true,
  body: z.union([newEvent, z.array(newEvent).min(1).max(MAX_ITEMS)]),
  answer: {
    status: 202,
    description: "The events without an error are durable.",
    schema: z.union([
      z.strictObject({ id: idAnswer("evt") }),
      z.strictObject({ items: z.array(itemAnswer) }),
    ]),
  },
  receive: (request, response, { requestId }, services) =>
    services.intake.within(request, async (countFor) => {
      const caller = await authenticate(request, services.keys);
      requireScope(caller, "publish");
      const accountId = await chooseAccount(request, caller, services);
      countFor(accountId);
      const raw = await readJsonBody(request);
      const many = Array.isArray(raw.value);
      const items = readItems(Array.isArray(raw.value) ? raw.value : [raw.value], many);
      const [first] = items;
      if (items.length > 1) services.keys.charge(caller.keyId, items.length - 1);
      if (!many && first?.error !== undefined) throw first.error;

      await claimIds(request, raw.bytes, accountId, items, services);
      if (!many && first?.error !== undefined) throw first.error;
      await publish(request, requestId, accountId, items, services);
      const answers = items.map((item) =>
        item.error === undefined
          ? { id: formatId("evt", item.id) }
          : { error: problemBody(item.error.problem, requestId) },
      );
      sendJson(response, 202, many ? { items: answers } : answers[0], { "x-request-id": requestId });
    }),
};

async function readJsonBody(request: IncomingMessage): Promise<{ value: unknown; bytes: Buffer }> {
  const read = await readBody(request);
  if (!read.ok) throw tooLarge(MAX_BODY_BYTES);
  const mediaType = mediaTypeOf(request) ?? "application/json";
  if (!isJsonType(mediaType)) throw unsupportedMediaType(mediaType, ["application/json"]);
  const parsed = readJson(read.body);
  if (!parsed.ok) throw malformedBody([parsed.issue]);
  return { value: parsed.value, bytes: read.body };
}

function readItems(values: readonly unknown[], many: boolean): Item[] {
  if (many && (values.length === 0 || values.length > MAX_ITEMS)) {
    const expected = `1 to ${MAX_ITEMS} events`;
    const fix = values.length === 0 ? "Send at least one event." : "Send them in several requests.";
    throw invalidRequest([
      {
        path: "",
        message: `expected ${expected} in one request`,
        expected,
        received: `${values.length} events`,
        fix,
      },
    ]);
  }
  return values.map((value) => {
    const read = readNewEvent(value);
    return read.ok
      ? { event: read.event, id: newUuid() }
      : { event: undefined, id: "", error: invalidRequest(read.errors) };
  });
}

/** Before anything is published: whoever came first with a key fixes the event's id. */
async function claimIds(
  request: IncomingMessage,
  bytes: Buffer,
  accountId: string,
  items: readonly Item[],
  services: Services,
): Promise<void> {
  const header = request.headers["idempotency-key"];
  if (typeof header === "string") {
    const problem = idempotencyKeyProblem(header);
    if (problem !== undefined) throw invalidRequest([problem]);
  }
  const claimed: { item: Item; byHeader: boolean; claim: IdempotencyClaim }[] = [];
  for (const [index, item] of items.entries()) {
    if (item.event === undefined) continue;
    const { key } = item.event;
    if (key === undefined && typeof header !== "string") continue;
    const byHeader = key === undefined;
    claimed.push({
      item,
      byHeader,
      claim: {
        accountId,
        route: ROUTE,
        keyHash: byHeader
          ? hashForIdempotency("header", String(header), String(index))
          : hashForIdempotency("item", key),
        // The header stands for the whole request, an item's id for the item.
        bodyHash: byHeader
          ? hashForIdempotency(bytes)
          : hashForIdempotency(JSON.stringify(item.event.asSent)),
        resourceId: item.id,
      },
    });
  }
  const results: ClaimResult[] = await services.claims.claim(claimed.map(({ claim }) => claim));
  for (const [index, { item, byHeader }] of claimed.entries()) {
    const result = results[index];
    if (result === undefined || result.kind === "conflict") {
      if (byHeader) throw idempotencyConflict("idempotency-key");
      item.error = idempotencyConflict("id");
    } else {
      item.id = result.resourceId;
    }
  }
}

/** A repeat is published again: the first one may have been cut off between its claim and the bus. */
async function publish(
  request: IncomingMessage,
  requestId: string,
  accountId: string,
  items: readonly Item[],
  services: Services,
): Promise<void> {
  const origin = await services.apiSources.find(accountId);
  const { account } = origin;
  const came = traceparentOf(request);
  const now = new Date();
  const accepted = items.flatMap(({ event, id, error }) =>
    event === undefined || error !== undefined ? [] : [{ event, id }],
  );
  if (accepted.length > 0) {
    const events = accepted.map(({ event, id }) => ({
      id,
      origin,
      type: event.type,
      subject: event.subject,
      time: event.time ?? now,
      contentType: "application/json",
      value: Buffer.from(event.json),
    }));
    await publishTraced(services, came, events);
  }
  services.metrics.accepted.api.add(accepted.length);
  for (let refused = accepted.length; refused < items.length; refused += 1)
    services.metrics.refused("invalid");
  if (!services.log.isLevelEnabled("debug")) return;
  const trace = traceIdOf(came);
  for (const { event, id } of accepted) {
    services.log.debug(
      { requestId, account, event: formatId("evt", id), type: event.type, trace },
      "event accepted",
    );
  }
}
