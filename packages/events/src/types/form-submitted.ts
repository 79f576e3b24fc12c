/**
 * A visitor sent a form. The shape is ours: form bodies come in many, and `normaliseForm`
 * makes this one of each.
 */
import { z } from "zod";
import { buildKnown } from "./build-known.ts";
import { defineEventType } from "./define-event-type.ts";
import { described } from "./described.ts";
import { assumedWebsiteSchema } from "./website.ts";
import type { AssumedWebsite } from "./website.ts";

const fileSchema = described(
  z.looseObject({
    field: described(z.string(), ["Field"], ["Feld"]),
    name: described(z.string(), ["File name"], ["Dateiname"]),
    content_type: described(z.string(), ["Media type"], ["Medientyp"]),
    size: described(z.int(), ["Size in bytes"], ["Größe in Bytes"]),
  }),
  ["File", "Its name; the content is not kept here."],
  ["Datei", "Ihr Name; der Inhalt steht nicht hier."],
);

export const formSubmittedType = defineEventType({
  name: "form_submitted",
  version: 1,
  title: { en: "Form submitted", de: "Formular abgeschickt" },
  description: {
    en: "A visitor sent a form on a website. On the topic the value is the form's body as it was received; this is what decodeEvent makes of it.",
    de: "Ein Besucher hat auf einer Website ein Formular abgeschickt. Auf dem Topic liegt der Formularinhalt, wie er kam; dies macht decodeEvent daraus.",
  },
  documented: false,
  shape: {
    form: described(
      z
        .looseObject({
          id: described(z.string().nullable(), ["Form id"], ["Formular-ID"]),
          name: described(z.string().nullable(), ["Form name"], ["Formularname"]),
        })
        .optional(),
      ["Form", "Null where the body does not say."],
      ["Formular", "Null, wo der Inhalt es nicht sagt."],
    ),
    website: assumedWebsiteSchema.optional(),
    fields: described(
      z.record(z.string(), z.unknown()),
      [
        "Fields",
        "By name. A text; a list where a name came several times or is a multiple choice; JSON bodies keep their own types.",
      ],
      [
        "Felder",
        "Nach Namen. Ein Text; eine Liste, wo ein Name mehrfach kam oder mehrere Antworten hat; JSON behält seine Typen.",
      ],
    ),
    files: described(
      z.array(fileSchema).optional(),
      ["Files", "That were sent along."],
      ["Dateien", "Die mitgeschickt wurden."],
    ),
    submitted_at: described(
      z.string().nullish(),
      ["Submitted at", "As the body says; else null, and the event's own time is the one to use."],
      ["Abgeschickt am", "Wie im Inhalt angegeben; sonst null, dann gilt die Zeit des Events."],
    ),
  },
  samples: [
    {
      name: "newsletter",
      title: { en: "A visitor asks for the newsletter", de: "Eine Besucherin bestellt den Newsletter" },
      documented: false,
      data: {
        event: "form_submitted",
        form: { id: "newsletter", name: "Newsletter" },
        website: { id: 321654, title: "Harry's Diner", domain: "example.com" },
        fields: {
          name: "Erika Müller",
          email: "erika@example.org",
          consent: "yes",
          interests: ["menu", "events"],
        },
        files: [],
        submitted_at: "2026-11-23T18:05:00+01:00",
      },
    },
    {
      name: "contact-with-file",
      title: {
        en: "A visitor asks a question and adds a picture",
        de: "Ein Besucher fragt etwas und schickt ein Bild",
      },
      documented: false,
      data: {
        event: "form_submitted",
        form: { id: null, name: null },
        fields: { name: "Max", email: "max@example.org", message: "Is this table free on Friday?" },
        files: [{ field: "picture", name: "table.jpg", content_type: "image/jpeg", size: 48213 }],
        submitted_at: null,
      },
    },
  ],
});

export type FormSubmitted = z.infer<typeof formSubmittedType.schema>;
export type FormFile = z.infer<typeof fileSchema>;

/**
 * @example
 * formSubmitted({ form: { id: "newsletter", name: "Newsletter" }, fields: { email: "erika@example.org" } })
 */
export function formSubmitted(input: {
  readonly form?: { readonly id: string | null; readonly name: string | null };
  readonly website?: AssumedWebsite;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly files?: readonly FormFile[];
  readonly submitted_at?: string | null;
}): FormSubmitted {
  return buildKnown(formSubmittedType, () => ({
    event: formSubmittedType.name,
    form: { id: input.form?.id ?? null, name: input.form?.name ?? null },
    ...(input.website === undefined ? {} : { website: input.website }),
    fields: input.fields,
    files: [...(input.files ?? [])],
    submitted_at: input.submitted_at ?? null,
  }));
}
