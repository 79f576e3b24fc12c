/** A website, as the platform's sample shows one: the heart of nearly every event. */
import { z } from "zod";
import { described } from "./described.ts";
import { inShapeOrder } from "./shape-order.ts";
import { buildPerson, userSchema } from "./user.ts";
import type { User, UserInput } from "./user.ts";

/** One person may be several of these; null is nobody. */
const person = (en: string, de: string, enRole: string, deRole: string) =>
  described(userSchema.nullable(), [en, enRole], [de, deRole]);

const badgeSchema = described(
  z.looseObject({
    type: described(z.string(), ["Kind of badge", "Seen: customer."], ["Art", "Gesehen: customer."]),
    status: described(z.string(), ["State", "Seen: no_invite."], ["Zustand", "Gesehen: no_invite."]),
  }),
  ["Badge"],
  ["Abzeichen"],
);

const websiteShape = {
  image: described(
    z.string(),
    ["Screenshot", "A path on the platform, /website/<id>/screenshot."],
    ["Screenshot", "Ein Pfad auf der Plattform, /website/<id>/screenshot."],
  ),
  id: described(
    z.int(),
    ["Website id", "Never changes; the event's subject is website/<id>."],
    ["Website-ID", "Ändert sich nie; das Subject des Events ist website/<id>."],
  ),
  title: described(z.string(), ["Title"], ["Titel"]),
  domain: described(
    z.string().nullable(),
    ["Main domain", "Empty or null for a website that has none yet."],
    ["Hauptdomain", "Leer oder null bei einer Website, die noch keine hat."],
  ),
  published_status: described(z.boolean(), ["Published"], ["Veröffentlicht"]),
  has_domains: described(z.boolean(), ["Has domains"], ["Hat Domains"]),
  domains: described(z.array(z.string()), ["Domains"], ["Domains"]),
  status: described(
    z.string(),
    ["Status", "English name of the column, whatever language people use; new ones may appear."],
    ["Status", "Englischer Name der Spalte, gleich in welcher Sprache gearbeitet wird; neue sind möglich."],
  ),
  due_date: described(
    z.string().nullable(),
    ["Due date", "Its format is not documented; the sample has null."],
    ["Fälligkeit", "Das Format ist nicht dokumentiert; das Beispiel hat null."],
  ),
  assigned_to: person("Assigned to", "Zugewiesen an", "Who works on it now.", "Wer gerade daran arbeitet."),
  closed_by: person("Closed by", "Abgeschlossen von", "Who made the sale.", "Wer den Auftrag gewonnen hat."),
  designed_by: person("Designed by", "Gestaltet von", "Who builds it.", "Wer sie baut."),
  serviced_by: person("Serviced by", "Betreut von", "Who supports the customer.", "Wer den Kunden betreut."),
  following: described(z.boolean(), ["Followed"], ["Wird beobachtet"]),
  tags: described(
    z.array(z.unknown()),
    ["Tags", "What a tag looks like is not documented; the sample has none."],
    ["Tags", "Wie ein Tag aussieht, ist nicht dokumentiert; das Beispiel hat keine."],
  ),
  badges: described(z.array(badgeSchema), ["Badges"], ["Abzeichen"]),
  meta: described(
    z.looseObject({}),
    ["Further data", "Its keys are not documented; the sample has none."],
    ["Weitere Daten", "Die Schlüssel sind nicht dokumentiert; das Beispiel hat keine."],
  ),
};

export const websiteSchema = described(z.looseObject(websiteShape), ["Website"], ["Website"], "Website");

/** For the events whose payload nobody has documented: what is there has these types, nothing must be there. */
export const assumedWebsiteSchema = described(
  websiteSchema.partial(),
  ["Website", "Assumed to look as in website_status_changed; any field may be missing."],
  ["Website", "Angenommen wie in website_status_changed; jedes Feld kann fehlen."],
  "AssumedWebsite",
);

export type Website = z.infer<typeof websiteSchema>;
export type AssumedWebsite = z.infer<typeof assumedWebsiteSchema>;

type KnownWebsite = z.infer<z.ZodObject<typeof websiteShape>>;
type PersonField = "assigned_to" | "closed_by" | "designed_by" | "serviced_by";

/** What a producer has to say about a website; the rest follows from it. */
export type WebsiteInput = Pick<KnownWebsite, "id" | "title" | "status"> &
  Partial<Omit<KnownWebsite, PersonField>> & { readonly [Field in PersonField]?: UserInput | User | null };

export function buildWebsite(input: WebsiteInput): Website {
  const domains = input.domains ?? (input.domain ? [input.domain] : []);
  return inShapeOrder(websiteShape, {
    image: `/website/${input.id}/screenshot`,
    domain: domains[0] ?? "",
    published_status: false,
    has_domains: domains.length > 0,
    due_date: null,
    following: false,
    tags: [],
    badges: [],
    meta: {},
    ...input,
    domains,
    assigned_to: buildPerson(input.assigned_to),
    closed_by: buildPerson(input.closed_by),
    designed_by: buildPerson(input.designed_by),
    serviced_by: buildPerson(input.serviced_by),
  });
}
