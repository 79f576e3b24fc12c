/** A new domain. Its payload is assumed. */
import { z } from "zod";
import { buildKnown } from "./build-known.ts";
import { defineEventType } from "./define-event-type.ts";
import { described } from "./described.ts";
import { harrysDiner } from "./sample-parts.ts";
import { inShapeOrder } from "./shape-order.ts";
import { assumedWebsiteSchema, buildWebsite } from "./website.ts";
import type { WebsiteInput } from "./website.ts";

const domainShape = {
  id: described(z.int(), ["Domain id"], ["Domain-ID"]),
  name: described(z.string(), ["Name"], ["Name"]),
};

const domainSchema = described(
  z.looseObject(domainShape).partial(),
  ["Domain", "An assumption; any field may be missing."],
  ["Domain", "Eine Annahme; jedes Feld kann fehlen."],
);

export const domainCreatedType = defineEventType({
  name: "domain_created",
  version: 1,
  title: { en: "Domain added", de: "Domain hinzugefügt" },
  description: {
    en: "A domain was added to a website; website.domains already holds it.",
    de: "Eine Domain wurde zu einer Website hinzugefügt; website.domains enthält sie schon.",
  },
  documented: false,
  shape: { website: assumedWebsiteSchema.optional(), domain: domainSchema.optional() },
  samples: [
    {
      name: "second-domain",
      title: { en: "Harry's Diner gets a second domain", de: "Harry's Diner bekommt eine zweite Domain" },
      documented: false,
      data: {
        event: "domain_created",
        website: { ...harrysDiner("Publish"), domains: ["example.com", "harrys-diner.example"] },
        domain: { id: 7701, name: "harrys-diner.example" },
      },
    },
  ],
});

export type DomainCreated = z.infer<typeof domainCreatedType.schema>;

/**
 * @example
 * domainCreated({ website, domain: { id: 7701, name: "harrys-diner.example" } })
 */
export function domainCreated(input: {
  readonly website: WebsiteInput;
  readonly domain: { readonly id: number; readonly name: string };
}): DomainCreated {
  return buildKnown(domainCreatedType, () => ({
    event: domainCreatedType.name,
    website: buildWebsite(input.website),
    domain: inShapeOrder(domainShape, input.domain),
  }));
}
