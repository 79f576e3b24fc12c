/** The sections of the API's description, in the order in which somebody meets them. */
import type { AnyRoute } from "../http/register-routes.ts";

interface Section {
  readonly name: string;
  readonly description: string;
  /** Beginnings of the paths that belong to it. */
  readonly paths: readonly string[];
}

export const SECTIONS: readonly Section[] = [
  {
    name: "Events",
    description:
      "One thing that happened, as received. It comes in at a source's hook URL or from a platform with an API key, and is kept byte for byte.",
    paths: ["/hooks", "/v1/events", "/v1/event-types"],
  },
  {
    name: "Sources",
    description: "Where events come from: a hook URL to give to a platform.",
    paths: ["/v1/sources"],
  },
  {
    name: "Connectors",
    description: "What can be acted on, and what each action asks for.",
    paths: ["/v1/connectors"],
  },
  {
    name: "Connections",
    description:
      "An account's credentials and settings for a connector. Secrets are written, never read back.",
    paths: ["/v1/connections", "/oauth", "/.well-known/webhook-keys"],
  },
  {
    name: "Subscriptions",
    description: "Rules: which events lead to which action over which connection.",
    paths: ["/v1/subscriptions"],
  },
  {
    name: "Deliveries",
    description:
      "One event for one subscription, with every attempt: what was sent, what came back, what it means.",
    paths: ["/v1/deliveries"],
  },
  {
    name: "Keys and accounts",
    description: "API keys with scopes of one account, and the accounts of the installation.",
    paths: ["/v1/keys", "/v1/accounts"],
  },
  {
    name: "Operation",
    description: "For whoever runs the installation.",
    paths: ["/livez", "/readyz", "/metrics", "/openapi.json", "/docs"],
  },
];

export function sectionOf({ path }: Pick<AnyRoute, "path">): Section {
  const found = SECTIONS.find(({ paths }) =>
    paths.some((each) => path === each || path.startsWith(`${each}/`)),
  );
  if (found === undefined)
    throw new Error(`${path} belongs to no section; give it one in openapi/sections.ts`);
  return found;
}
