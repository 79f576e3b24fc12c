/** What a hook URL refused: to see what a platform really sends. */
import { isUtf8 } from "node:buffer";
import { findSource, listRejectedBodies, type RejectedBody } from "@stellwerk/store";
import { z } from "zod";
import { notFound } from "../errors.ts";
import { listAnswer, listSchema, pageQuery, readCursor } from "../http/cursor.ts";
import { time } from "../http/fields.ts";
import { idParameter } from "../http/ids.ts";
import { defineRoute } from "../http/route.ts";

const rejectedBody = z
  .strictObject({
    receivedAt: time,
    contentType: z.string().nullable(),
    reason: z.string().describe("Stable code."),
    detail: z.string().describe("One sentence with the place of the mistake."),
    sizeBytes: z.int(),
    truncated: z.boolean().describe("At most the first 64 KiB are kept."),
    encoding: z.enum(["utf8", "base64"]),
    body: z.string(),
  })
  .meta({ id: "RejectedBody" });

function show(row: RejectedBody): z.output<typeof rejectedBody> {
  const encoding = isUtf8(row.body) ? "utf8" : "base64";
  return {
    receivedAt: row.receivedAt.toISOString(),
    contentType: row.contentType,
    reason: row.reason,
    detail: row.detail,
    sizeBytes: row.sizeBytes,
    truncated: row.body.length < row.sizeBytes,
    encoding,
    body: row.body.toString(encoding),
  };
}

export const rejectedBodiesRoute = defineRoute({
  method: "GET",
  path: "/v1/sources/{id}/rejected",
  operation: "listRejectedBodies",
  summary: "The newest 100 bodies that this source's hook URL refused, and why.",
  description: "To see what a platform really sends when its events do not arrive.",
  scope: "read",
  problems: [],
  params: z.strictObject({ id: idParameter("src") }),
  query: z.strictObject(pageQuery),
  answer: { status: 200, description: "A page of rejected bodies.", schema: listSchema(rejectedBody) },
  async handle({ route, params, query, accountId }, { db }) {
    const identity = { list: route, filter: [accountId, params.id] };
    const before = readCursor(identity, query.cursor);
    if ((await findSource(db, accountId, params.id)) === undefined) {
      throw notFound("There is no source with this id");
    }
    const rows = await listRejectedBodies(db, accountId, params.id, { before, limit: query.limit });
    return { body: listAnswer(identity, rows, query.limit, (row) => row.id, show) };
  },
});
