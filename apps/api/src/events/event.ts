/** An event as the log shows it: never its body. */
import { formatId } from "@stellwerk/delivery";
import type { EventRow } from "@stellwerk/store";
import { z } from "zod";
import { time } from "../http/fields.ts";
import { idAnswer } from "../http/ids.ts";

export const event = z
  .strictObject({
    id: idAnswer("evt"),
    sourceId: idAnswer("src").nullable().describe("Null: it tells of Stellwerk's own work."),
    type: z.string(),
    subject: z.string().nullable(),
    time: time.describe("When it happened, as its producer says, or else when it came."),
    receivedAt: time,
    contentType: z.string(),
    title: z.string().nullable(),
    domain: z.string().nullable(),
    sizeBytes: z.int(),
  })
  .meta({ id: "Event" });

export function showEvent(row: EventRow): z.output<typeof event> {
  return {
    id: formatId("evt", row.id),
    sourceId: row.sourceId === null ? null : formatId("src", row.sourceId),
    type: row.type,
    subject: row.subject,
    time: row.time.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    contentType: row.contentType,
    title: row.title,
    domain: row.domain,
    sizeBytes: row.sizeBytes,
  };
}
