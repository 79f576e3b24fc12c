/** The body of a request: the bytes as they came, or an envelope around what they say. */
import { field, type ConnectorEvent } from "@stellwerk/connector-kit";
import { z } from "zod";

// A mapped body is a third one, with a field for the mapping; mappings come with issue 8 (packages/rules).
const PAYLOADS = ["original", "envelope"] as const;
type Payload = (typeof PAYLOADS)[number];

export const payload = z
  .enum(PAYLOADS, {
    error: ({ input }) =>
      input === "mapped" ? "`mapped` is not in this version of Stellwerk yet" : "is not a kind of body",
  })
  .optional()
  .meta(
    field({
      title: { en: "Body", de: "Inhalt" },
      help: {
        en: "original (unless set): the bytes as the platform sent them. envelope: JSON with id, type, time, subject and data; a form is normalised in data.",
        de: "original (wenn nichts gesetzt ist): die Bytes, wie die Plattform sie gesendet hat. envelope: JSON mit id, type, time, subject und data; ein Formular steht normalisiert in data.",
      },
    }),
  );

interface Body {
  readonly contentType: string;
  readonly body: Uint8Array | string;
}

export function bodyOf(event: ConnectorEvent, kind: Payload = "original"): Body {
  if (kind === "original") return { contentType: event.contentType, body: event.body };
  return { contentType: "application/json", body: envelopeOf(event) };
}

function envelopeOf(event: ConnectorEvent): string {
  const { id, type, time, subject = null } = event;
  const head = JSON.stringify({ id, type, time, subject }).slice(0, -1);
  return `${head},${dataOf(event)}}`;
}

/**
 * JSON goes in as its own text, because parsing and writing it again would round numbers past 2^53.
 * What is neither JSON nor a form, as only another producer on the topic can send it, goes in as base64.
 */
function dataOf(event: ConnectorEvent): string {
  const text = Buffer.from(event.body.buffer, event.body.byteOffset, event.body.byteLength);
  if (event.data === undefined) return `"dataBase64":${JSON.stringify(text.toString("base64"))}`;
  // A form may come as JSON, too, but not in its normalised shape.
  if (event.type === "form_submitted") return `"data":${JSON.stringify(event.data)}`;
  return `"data":${text.toString("utf8").replace(/^\uFEFF/, "")}`;
}
