/** An event as a producer sends it, checked. */
import { readEvent } from "@stellwerk/events";
import { z } from "zod";
import type { FieldProblem } from "../errors.ts";
import { idempotencyKeyProblem } from "../http/idempotency-key.ts";
import { eventTypeName } from "../http/fields.ts";
import { MAX_BODY_BYTES } from "../http/read-body.ts";
import { check } from "../http/validate.ts";
import { reservedTypeProblem } from "./reserved-type.ts";

const MAX_SUBJECT_LENGTH = 256;

const subject = z
  .string()
  .min(1)
  .max(MAX_SUBJECT_LENGTH)
  .regex(/^\P{Cc}*$/u, "must not hold control characters")
  .refine((text) => text.isWellFormed(), "must not hold half a surrogate pair");

/** Offsets can push a time out of the years that RFC 3339 and PostgreSQL have: it would be accepted and then stored nowhere. */
const keepableTime = z.iso.datetime({ offset: true }).refine((text) => isYearOfFourDigits(new Date(text)), {
  message: "is outside the years that can be kept",
  params: { expected: "a time from year 1 to year 9999, in UTC" },
});

function isYearOfFourDigits(moment: Date): boolean {
  const year = moment.getUTCFullYear();
  return year >= 1 && year <= 9_999;
}

export const newEvent = z
  .strictObject({
    type: eventTypeName,
    data: z.looseObject({}).describe("What happened; forwarded as it is."),
    subject: subject.optional(),
    time: keepableTime.optional(),
    id: z.string().optional().describe("Makes a repeat of this event harmless, for 24 hours."),
  })
  .meta({ id: "NewEvent" });

export interface NewEvent {
  readonly type: string;
  readonly subject: string | undefined;
  readonly time: Date | undefined;
  /** Its idempotency key. */
  readonly key: string | undefined;
  /** The record's value. */
  readonly json: string;
  /** What has to be the same for a repeat. */
  readonly asSent: unknown;
}

export type ReadNewEvent =
  | { readonly ok: true; readonly event: NewEvent }
  | { readonly ok: false; readonly errors: readonly FieldProblem[] };

export function readNewEvent(value: unknown): ReadNewEvent {
  const checked = check(newEvent, value);
  if (!checked.ok) return checked;
  const { type, time, id } = checked.value;
  const errors: FieldProblem[] = [];
  const keyProblem = id === undefined ? undefined : idempotencyKeyProblem(id);
  if (keyProblem !== undefined) errors.push({ ...keyProblem, path: "id" });
  const reserved = reservedTypeProblem(type, "type");
  if (reserved !== undefined) errors.push(reserved);
  const json = JSON.stringify(checked.value.data);
  // Numbers may be written longer than they came.
  if (Buffer.byteLength(json) > MAX_BODY_BYTES) {
    errors.push({ path: "data", message: "is too large", expected: `at most ${MAX_BODY_BYTES} bytes` });
  }
  const summary = readEvent(checked.value.data, type);
  for (const issue of summary.issues) {
    errors.push({
      ...issue,
      path: issue.path === "event" ? "type" : ["data", issue.path].filter(Boolean).join("."),
    });
  }
  if (errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    event: {
      type,
      subject: checked.value.subject ?? summary.subject,
      time: time === undefined ? undefined : new Date(time),
      key: id,
      json,
      asSent: [type, checked.value.subject, time, json],
    },
  };
}
