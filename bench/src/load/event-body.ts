/**
 * What is sent: the platform's own sample (1.3 kB), its `website.id` counted up, so that the receiver reads from the
 * body itself which event arrived. The ledger then rests on bytes, not on ids that the system under test gave out.
 */
import { eventTypeOf } from "@stellwerk/events";

const EVENT_TYPE = "website_status_changed";
/** Nine digits: every body has the same length, and a billion events have different ids. */
const FIRST_ID = 100_000_000;
const ID_DIGITS = 9;
const ID_FIELD = '"id": ';

const template = makeTemplate();
const idAt = template.indexOf(ID_FIELD) + ID_FIELD.length;

/** `website.id` in the body of event number `sequence`. */
export function websiteIdOf(sequence: number): number {
  return FIRST_ID + sequence;
}

/** The body of event number `sequence` of this run. */
export function makeBody(sequence: number): Buffer {
  const body = Buffer.from(template);
  body.write(String(websiteIdOf(sequence)), idAt, "latin1");
  return body;
}

/** A body around its number, for who makes many of them elsewhere: `before`, `websiteIdOf(sequence)`, `after`. */
export function bodyAroundId(): { readonly before: Buffer; readonly after: Buffer } {
  return { before: template.subarray(0, idAt), after: template.subarray(idAt + ID_DIGITS) };
}

/** Which event a body is, or undefined when it is none of ours or was altered on the way. */
export function readSequence(body: Buffer): number | undefined {
  if (body.length !== template.length) return undefined;
  const sequence = Number(body.toString("latin1", idAt, idAt + ID_DIGITS)) - FIRST_ID;
  return Number.isInteger(sequence) && sequence >= 0 && body.equals(makeBody(sequence))
    ? sequence
    : undefined;
}

function makeTemplate(): Buffer {
  const sample = eventTypeOf(EVENT_TYPE)?.samples[0]?.data as { website: object } | undefined;
  if (sample === undefined) throw new Error(`the catalogue has no sample of ${EVENT_TYPE}`);
  const event = { ...sample, website: { ...sample.website, id: FIRST_ID } };
  return Buffer.from(JSON.stringify(event, null, 2));
}
