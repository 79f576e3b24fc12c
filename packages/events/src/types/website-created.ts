/** A new website. Its payload is assumed. */
import type { z } from "zod";
import { buildKnown } from "./build-known.ts";
import { defineEventType } from "./define-event-type.ts";
import { cafeMueller } from "./sample-parts.ts";
import { assumedWebsiteSchema, buildWebsite } from "./website.ts";
import type { WebsiteInput } from "./website.ts";

export const websiteCreatedType = defineEventType({
  name: "website_created",
  version: 1,
  title: { en: "Website created", de: "Website angelegt" },
  description: {
    en: "A website was created, copied, or made from a template.",
    de: "Eine Website wurde angelegt, kopiert oder aus einer Vorlage erstellt.",
  },
  documented: false,
  shape: { website: assumedWebsiteSchema.optional() },
  samples: [
    {
      name: "cafe-mueller",
      title: {
        en: "Mary creates a website for Café Müller",
        de: "Mary legt eine Website für Café Müller an",
      },
      documented: false,
      data: { event: "website_created", website: cafeMueller },
    },
  ],
});

export type WebsiteCreated = z.infer<typeof websiteCreatedType.schema>;

/**
 * @example
 * websiteCreated({ website: { id: 321655, title: "Café Müller", status: "Lead" } })
 */
export function websiteCreated(input: { readonly website: WebsiteInput }): WebsiteCreated {
  return buildKnown(websiteCreatedType, () => ({
    event: websiteCreatedType.name,
    website: buildWebsite(input.website),
  }));
}
