/** An event as the log shows it: never its body. */
import { formatId } from "@stellwerk/delivery";
import type { EventRow } from "@stellwerk/store";
import { z } from "zod";
import { time } from "../http/fields.ts";
import { idAnswer } from "../http/ids.ts";
import type { Language } from "../http/language.ts";

const gap = z
  .strictObject({
    lastSeen: z.string().describe("The last status seen of its subject."),
    previousStatus: z.string().describe("The status that this event says was before."),
    message: z.string().describe("What it means, in the language of `Accept-Language`: `en` or `de`."),
  })
  .meta({ id: "Gap" });

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
    gap: gap
      .nullable()
      .describe(
        "Its `previousStatus` is not the last status seen of its subject: an event before it never came.",
      ),
  })
  .meta({ id: "Event" });

export function showEvent(row: EventRow, language: Language): z.output<typeof event> {
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
    gap: showGap(row, language),
  };
}

function showGap({ gapFrom, gapTo }: EventRow, language: Language): z.output<typeof gap> | null {
  if (gapFrom === null || gapTo === null) return null;
  return { lastSeen: gapFrom, previousStatus: gapTo, message: MESSAGE[language](gapFrom, gapTo) };
}

const MESSAGE = {
  en: (lastSeen: string, previousStatus: string) =>
    `The last status seen was “${lastSeen}”, and this change comes from “${previousStatus}”: an event in between never came, or one came twice.`,
  de: (lastSeen: string, previousStatus: string) =>
    `Zuletzt bekannt war „${lastSeen}“, diese Änderung kommt aber von „${previousStatus}“: Dazwischen ist ein Ereignis nicht angekommen, oder eines kam doppelt.`,
};
