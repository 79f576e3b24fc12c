/** The agency and the websites that the samples of assumed types speak of, in the documented sample's style. */
import { buildUser } from "./user.ts";
import { buildWebsite } from "./website.ts";
import type { Website } from "./website.ts";

export const marySales = buildUser({
  id: 121,
  name: "Mary Sales",
  email: "mary-sales@agency.com",
  role: "Sales",
});
export const lisaWebdesign = buildUser({
  id: 122,
  name: "Lisa Webdesign",
  email: "lisa-webdesign@agency.com",
  role: "Admin",
});
export const johnDoe = buildUser({ id: 123, name: "John Doe", email: "john-doe@agency.com", role: "Admin" });

export function harrysDiner(status: string): Website {
  return buildWebsite({
    id: 321654,
    title: "Harry's Diner",
    domain: "example.com",
    published_status: true,
    status,
    closed_by: marySales,
    designed_by: lisaWebdesign,
    serviced_by: johnDoe,
    badges: [{ type: "customer", status: "no_invite" }],
  });
}

/** Just created: nobody but its creator, no domain. */
export const cafeMueller = buildWebsite({
  id: 321655,
  title: "Café Müller",
  status: "Lead",
  assigned_to: marySales,
});
