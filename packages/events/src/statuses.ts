/**
 * The platform's thirteen website statuses, in the order of its board, and what people call them.
 * Payloads carry the English name; agencies speak German or English. A status is an open
 * text all the same: accounts may get new ones, and no event is refused for one.
 */
import type { LocalisedText } from "./types/described.ts";

export interface WebsiteStatus {
  /** As it stands in `website.status`. */
  readonly name: string;
  readonly title: LocalisedText;
  /** Every account has it; the others can be switched off. */
  readonly mandatory: boolean;
  /** What people also write: the forms of prose on the help pages and in rules. */
  readonly aliases: readonly string[];
}

export const statuses = [
  status("Lead", "Lead"),
  status("Interest", "Interesse", "bei Interesse"),
  status("Preparation", "Vorbereitung", "in Vorbereitung", "in preparation"),
  status("Approval", "Überprüfung", "in Überprüfung", "zur Überprüfung", "in approval"),
  status("Assign", "Zuweisung", "in Zuweisung", "zur Zuweisung", "assigned", "zugewiesen"),
  status("Creation", "Erstellung", "in Erstellung", "in creation"),
  status("Audit", "Audit", "im Audit", "in audit"),
  status("Feedback", "Feedback", "im Feedback", "in feedback"),
  status("Revision", "Überarbeitung", "in Überarbeitung", "in revision"),
  status("Publish", "Abwicklung", "in Abwicklung"),
  status("Change", "Änderung", "in Änderung"),
  status("Done", "Fertig", "ist fertig"),
  status("Redesign", "Redesign", "im Redesign", "in redesign"),
] as const;

export type StatusName = (typeof statuses)[number]["name"];

function status<const Name extends string>(name: Name, de: string, ...aliases: string[]) {
  const mandatory = ["Preparation", "Creation", "Feedback", "Done"].includes(name);
  return { name, title: { en: name, de }, mandatory, aliases } satisfies WebsiteStatus;
}

const byAlias = new Map<string, StatusName>(
  statuses.flatMap(({ name, title, aliases }) =>
    [name, title.de, ...aliases].flatMap((alias) => [
      [normalise(alias), name] as const,
      // Keyboards without umlauts: Ueberpruefung.
      [withoutUmlauts(normalise(alias)), name] as const,
    ]),
  ),
);

/**
 * The status a person means, in German or English and any case; undefined when it is none we know.
 *
 * @example
 * canonicalStatus("in Vorbereitung") // "Preparation"
 */
export function canonicalStatus(text: string): StatusName | undefined {
  return byAlias.get(normalise(text));
}

/**
 * One key for everything that people call a status, so that two of them can be compared.
 *
 * @example
 * statusKey("in Vorbereitung") === statusKey("Preparation") // true
 */
export function statusKey(text: string): string {
  return canonicalStatus(text) ?? normalise(text);
}

function normalise(text: string): string {
  return text.normalize("NFKC").toLowerCase().trim().replaceAll(/\s+/g, " ");
}

function withoutUmlauts(text: string): string {
  return text.replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue");
}
