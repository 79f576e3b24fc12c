/** The delivery log as a file: one line of JSON for each delivery, written as fast as it is read. */
import { isUtf8 } from "node:buffer";
import {
  type DeliveryFilter,
  type DeliveryRow,
  listDeliveries,
  loadExportedDeliveries,
} from "@stellwerk/store";
import { z } from "zod";
import { unavailable } from "../errors.ts";
import { MAX_LIMIT } from "../http/cursor.ts";
import { time } from "../http/fields.ts";
import { type Language, languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
import type { Services } from "../services.ts";
import { attempt, delivery, showAttempt, showDelivery } from "./delivery.ts";
import { deliveryFilter, toDeliveryFilter } from "./filter.ts";

/** A body may have a mebibyte: so many are in memory at a time. */
const BODIES_AT_ONCE = 10;

/** What a line says. */
export const exportedDelivery = delivery.extend({
  lastAttempt: attempt.nullable(),
  event: z
    .strictObject({ time, contentType: z.string(), encoding: z.enum(["utf8", "base64"]), body: z.string() })
    .nullable(),
});

export const exportRoute = defineRoute({
  method: "GET",
  path: "/v1/deliveries/export",
  operation: "exportDeliveries",
  summary: "The delivery log as lines of JSON, each with the event's body and the last attempt.",
  description:
    "Everything that fits the filter, newest first, as a stream: NDJSON, one delivery a line, as `GET /v1/deliveries` shows it, with `lastAttempt` and `event` (`time`, `contentType`, `encoding` and `body`). A stream that ends without its closing chunk is not whole: narrow it with `since` and `until` and ask again.",
  scope: "read",
  problems: [],
  query: z.strictObject(deliveryFilter),
  answer: { status: 200, description: "The lines.", contentType: "application/x-ndjson" },
  handle({ query, accountId, headers }, services) {
    const lines = exportLines(services, accountId, toDeliveryFilter(query), languageOf(headers));
    return Promise.resolve({
      body: lines,
      headers: { "content-disposition": 'attachment; filename="deliveries.ndjson"' },
    });
  },
});

async function* exportLines(
  { db, isStopping }: Pick<Services, "db" | "isStopping">,
  accountId: string,
  filter: DeliveryFilter,
  language: Language,
): AsyncGenerator<string> {
  let before: string | undefined;
  do {
    const { items, lastId } = await listDeliveries(db, accountId, filter, { before, limit: MAX_LIMIT });
    for (let start = 0; start < items.length; start += BODIES_AT_ONCE) {
      if (isStopping()) throw unavailable("The process is about to end", 1);
      yield* await linesOf(db, accountId, items.slice(start, start + BODIES_AT_ONCE), language);
    }
    before = lastId;
  } while (before !== undefined);
}

async function linesOf(
  db: Services["db"],
  accountId: string,
  rows: readonly DeliveryRow[],
  language: Language,
): Promise<string[]> {
  const ids = rows.map((row) => row.id);
  const found = new Map((await loadExportedDeliveries(db, accountId, ids)).map((each) => [each.id, each]));
  return rows.map((row) => {
    const { event = null, lastAttempt = null } = found.get(row.id) ?? {};
    const line: z.output<typeof exportedDelivery> = {
      ...showDelivery(row, language),
      lastAttempt: lastAttempt && showAttempt(lastAttempt),
      event: event && showBody(event),
    };
    return `${JSON.stringify(line)}\n`;
  });
}

function showBody(event: { time: Date; contentType: string; body: Buffer }) {
  const encoding = isUtf8(event.body) ? ("utf8" as const) : ("base64" as const);
  const { contentType, body } = event;
  return { time: event.time.toISOString(), contentType, encoding, body: body.toString(encoding) };
}
