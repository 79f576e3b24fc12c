/** The body of a request: the bytes as they came, an envelope around what they say, or what the rule makes of them. */
import { field, type ConnectorEvent } from "@stellwerk/connector-kit";
import { z } from "zod";

const payload = z
  .enum(["original", "envelope", "mapped"])
  .optional()
  .meta(
    field({
      title: { en: "Kind of body", de: "Art des Inhalts" },
      help: {
        en: "original (unless set): the bytes as the platform sent them. envelope: JSON with id, type, time, subject and data; a form is normalised in data. mapped: the JSON that you write in body.",
        de: "original (wenn nichts gesetzt ist): die Bytes, wie die Plattform sie gesendet hat. envelope: JSON mit id, type, time, subject und data; ein Formular steht normalisiert in data. mapped: das JSON, das du in body schreibst.",
      },
    }),
  );

// Not z.json(): its look at a megabyte takes half a second, and what was filled in from JSON is JSON.
const body = z
  .unknown()
  .optional()
  .meta(
    field({
      title: { en: "Mapped body", de: "Eigener Inhalt" },
      help: {
        en: "With mapped: any JSON, with values of the event in it. What an event lacks is left out, unless there is a default.",
        de: "Bei mapped: beliebiges JSON mit Werten aus dem Ereignis. Was einem Ereignis fehlt, wird weggelassen, wenn kein default dabeisteht.",
      },
      multiline: true,
    }),
  );

export const input = z
  .strictObject({ payload, body })
  .superRefine(({ payload: kind, body: given }, context) => {
    if ((kind === "mapped") === (given !== undefined)) return;
    const wrong =
      kind === "mapped"
        ? { message: "is needed when `payload` is mapped", expected: "any JSON", received: "nothing" }
        : {
            message: "is sent only when `payload` is mapped",
            expected: '`"payload": "mapped"` beside it',
            received: kind ?? "no payload",
          };
    const { message, ...params } = wrong;
    context.addIssue({ code: "custom", path: ["body"], message, params, input: given });
  });

interface Body {
  readonly contentType: string;
  readonly body: Uint8Array | string;
}

export function bodyOf(event: ConnectorEvent, { payload: kind, body: mapped }: z.output<typeof input>): Body {
  switch (kind) {
    case undefined:
    case "original":
      return { contentType: event.contentType, body: event.body };
    case "envelope":
      return { contentType: "application/json", body: envelopeOf(event) };
    case "mapped":
      return { contentType: "application/json", body: JSON.stringify(mapped) };
  }
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
