/** The one event whose payload the platform documents; everything in it is exact. */
import { z } from "zod";
import { buildKnown } from "./build-known.ts";
import { defineEventType } from "./define-event-type.ts";
import { described } from "./described.ts";
import { harrysDiner } from "./sample-parts.ts";
import { buildWebsite, websiteSchema } from "./website.ts";
import type { WebsiteInput } from "./website.ts";

/** As the help page prints it (its missing comma repaired), three people with one id included. */
const documentedPerson = { id: 123, pending: false, active: true, image: null };
const documentedSample = {
  event: "website_status_changed",
  website: {
    ...buildWebsite({
      id: 321654,
      title: "Harry's Diner",
      domain: "example.com",
      published_status: true,
      status: "Done",
      closed_by: { ...documentedPerson, name: "Mary Sales", email: "mary-sales@agency.com", role: "Sales" },
      designed_by: {
        ...documentedPerson,
        name: "Lisa Webdesign",
        email: "lisa-webdesign@agency.com",
        role: "Admin",
      },
      serviced_by: { ...documentedPerson, name: "John Doe", email: "john-doe@agency.com", role: "Admin" },
      badges: [{ type: "customer", status: "no_invite" }],
    }),
  },
  previousStatus: "Publish",
};

export const websiteStatusChangedType = defineEventType({
  name: "website_status_changed",
  version: 1,
  title: { en: "Website status changed", de: "Status einer Website geändert" },
  description: {
    en: "A website was moved to another status.",
    de: "Eine Website wurde in einen anderen Status verschoben.",
  },
  documented: true,
  shape: {
    website: described(
      websiteSchema,
      ["Website", "As it is after the change: website.status is the new status."],
      ["Website", "Wie sie nach der Änderung ist: website.status ist der neue Status."],
    ),
    previousStatus: described(
      z.string(),
      ["Previous status", "The status before the change, written as in website.status."],
      ["Vorheriger Status", "Der Status vor der Änderung, geschrieben wie in website.status."],
    ),
  },
  samples: [
    {
      name: "harrys-diner-done",
      title: { en: "Harry's Diner goes from Publish to Done", de: "Harry's Diner wird fertig" },
      documented: true,
      data: documentedSample,
    },
    {
      name: "harrys-diner-preparation",
      title: {
        en: "Harry's Diner goes from Interest to Preparation",
        de: "Harry's Diner geht in Vorbereitung",
      },
      documented: false,
      data: {
        event: "website_status_changed",
        website: harrysDiner("Preparation"),
        previousStatus: "Interest",
      },
    },
    {
      name: "harrys-diner-creation",
      title: { en: "Harry's Diner goes from Assign to Creation", de: "Harry's Diner geht in Erstellung" },
      documented: false,
      data: { event: "website_status_changed", website: harrysDiner("Creation"), previousStatus: "Assign" },
    },
  ],
});

export type WebsiteStatusChanged = z.infer<typeof websiteStatusChangedType.schema>;

/**
 * The event in exactly the platform's shape.
 *
 * @example
 * websiteStatusChanged({ website: { id: 321654, title: "Harry's Diner", status: "Done" }, previousStatus: "Publish" })
 */
export function websiteStatusChanged(input: {
  readonly website: WebsiteInput;
  readonly previousStatus: string;
}): WebsiteStatusChanged {
  return buildKnown(websiteStatusChangedType, () => ({
    event: websiteStatusChangedType.name,
    website: buildWebsite(input.website),
    previousStatus: input.previousStatus,
  }));
}
