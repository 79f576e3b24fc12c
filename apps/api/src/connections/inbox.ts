/** A connection's inbox: what it received last, so that a first event can be seen without a server of one's own. */
import { isUtf8 } from "node:buffer";
import { formatId } from "@stellwerk/delivery";
import { findConnection, type InboxItem, listInbox } from "@stellwerk/store";
import { z } from "zod";
import { notFound } from "../errors.ts";
import { listSchema } from "../http/cursor.ts";
import { time } from "../http/fields.ts";
import { idAnswer, idParameter } from "../http/ids.ts";
import { defineRoute } from "../http/route.ts";

const inboxItem = z
  .strictObject({
    deliveryId: idAnswer("dlv"),
    deliveredAt: time,
    subscriptionId: idAnswer("sub"),
    event: z.strictObject({
      id: idAnswer("evt"),
      type: z.string(),
      subject: z.string().nullable(),
      time,
      contentType: z.string(),
      sizeBytes: z.int(),
      truncated: z.boolean().describe("At most the first 64 KiB; all of it is at `/v1/events/{id}/body`."),
      encoding: z.enum(["utf8", "base64"]),
      body: z.string(),
    }),
  })
  .meta({ id: "InboxItem" });

function show(row: InboxItem): z.output<typeof inboxItem> {
  const encoding = isUtf8(row.body) ? "utf8" : "base64";
  return {
    deliveryId: formatId("dlv", row.id),
    deliveredAt: row.deliveredAt.toISOString(),
    subscriptionId: formatId("sub", row.subscriptionId),
    event: {
      id: formatId("evt", row.eventId),
      type: row.type,
      subject: row.subject,
      time: row.time.toISOString(),
      contentType: row.contentType,
      sizeBytes: row.sizeBytes,
      truncated: row.body.length < row.sizeBytes,
      encoding,
      body: row.body.toString(encoding),
    },
  };
}

export const inboxRoute = defineRoute({
  method: "GET",
  path: "/v1/connections/{id}/inbox",
  operation: "listInbox",
  summary: "The last 100 deliveries that this connection received.",
  description: "To see a first event without a server of one's own. Newest first, on one page.",
  scope: "read",
  problems: [],
  params: z.strictObject({ id: idParameter("con") }),
  answer: { status: 200, description: "What was received last.", schema: listSchema(inboxItem) },
  async handle({ params, accountId }, { db }) {
    if ((await findConnection(db, accountId, params.id)) === undefined) {
      throw notFound("There is no connection with this id");
    }
    const rows = await listInbox(db, accountId, params.id);
    return { body: { items: rows.map(show), next: null } };
  },
});
