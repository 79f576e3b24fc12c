/** A new message about a website. Its payload is assumed. */
import { z } from "zod";
import { buildKnown } from "./build-known.ts";
import { defineEventType } from "./define-event-type.ts";
import { described } from "./described.ts";
import { cafeMueller, harrysDiner, johnDoe, marySales } from "./sample-parts.ts";
import { inShapeOrder } from "./shape-order.ts";
import { buildPerson, userSchema } from "./user.ts";
import type { User, UserInput } from "./user.ts";
import { assumedWebsiteSchema, buildWebsite } from "./website.ts";
import type { WebsiteInput } from "./website.ts";

const logShape = {
  id: described(z.int(), ["Message id"], ["Nachrichten-ID"]),
  type: described(
    z.string(),
    ["Kind", "Assumed: system, internal (a colleague's entry) or email (a customer's)."],
    ["Art", "Angenommen: system, internal (Eintrag aus dem Team) oder email (vom Kunden)."],
  ),
  subject: described(
    z.string().nullable(),
    ["Subject line", "Of an e-mail, else null."],
    ["Betreff", "Bei E-Mails, sonst null."],
  ),
  message: described(z.string(), ["Message"], ["Nachricht"]),
  user: described(
    userSchema.nullable(),
    ["Written by", "Null: the system or a customer."],
    ["Verfasst von", "Null: vom System oder von einem Kunden."],
  ),
  created_at: described(z.string(), ["Written at"], ["Verfasst am"]),
};

const logSchema = described(
  z.looseObject(logShape).partial(),
  ["Message", "An assumption; any field may be missing."],
  ["Nachricht", "Eine Annahme; jedes Feld kann fehlen."],
);

export const logCreatedType = defineEventType({
  name: "log_created",
  version: 1,
  title: { en: "New message", de: "Neue Nachricht" },
  description: {
    en: "A message appeared: a system note such as “Website created”, a colleague's entry, or a customer's e-mail.",
    de: "Eine Nachricht ist da: eine Systemmeldung wie „Website angelegt“, ein Eintrag aus dem Team oder eine E-Mail vom Kunden.",
  },
  documented: false,
  shape: { website: assumedWebsiteSchema.optional(), log: logSchema.optional() },
  samples: [
    {
      name: "customer-email",
      title: { en: "Harry writes an e-mail", de: "Harry schreibt eine E-Mail" },
      documented: false,
      data: {
        event: "log_created",
        website: harrysDiner("Feedback"),
        log: {
          id: 987001,
          type: "email",
          subject: "Opening hours",
          message: "Hello, on Mondays we are closed now. Could you change that? Harry",
          user: null,
          created_at: "2026-11-23T09:14:00+01:00",
        },
      },
    },
    {
      name: "internal-entry",
      title: { en: "John leaves a note for the team", de: "John hinterlässt eine Notiz fürs Team" },
      documented: false,
      data: {
        event: "log_created",
        website: harrysDiner("Revision"),
        log: {
          id: 987002,
          type: "internal",
          subject: null,
          message: "Harry called: new opening hours, see his e-mail.",
          user: johnDoe,
          created_at: "2026-11-23T09:20:00+01:00",
        },
      },
    },
    {
      name: "system-note",
      title: {
        en: "The platform notes that a website was created",
        de: "Die Plattform notiert eine neue Website",
      },
      documented: false,
      data: {
        event: "log_created",
        website: cafeMueller,
        log: {
          id: 987003,
          type: "system",
          subject: null,
          message: "Website created",
          user: marySales,
          created_at: "2026-11-23T10:02:11+01:00",
        },
      },
    },
  ],
});

export type LogCreated = z.infer<typeof logCreatedType.schema>;

type KnownLog = z.infer<z.ZodObject<typeof logShape>>;

export type LogInput = Pick<KnownLog, "id" | "type" | "message" | "created_at"> & {
  readonly subject?: string | null;
  readonly user?: UserInput | User | null;
};

/**
 * @example
 * logCreated({ website, log: { id: 1, type: "internal", message: "Called Harry", created_at: "2026-11-23T09:20:00Z" } })
 */
export function logCreated(input: { readonly website: WebsiteInput; readonly log: LogInput }): LogCreated {
  return buildKnown(logCreatedType, () => ({
    event: logCreatedType.name,
    website: buildWebsite(input.website),
    log: inShapeOrder(logShape, { subject: null, ...input.log, user: buildPerson(input.log.user) }),
  }));
}
