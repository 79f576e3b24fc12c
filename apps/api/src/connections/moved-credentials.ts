/**
 * Credentials stay with the host they were given for. Whoever manages connections may write them and never read
 * them; an address that moves to a server of their own must not bring them there.
 */
import type { Connector, Problem } from "@stellwerk/connector-kit";

export interface ConnectionChange {
  /** As they are stored. */
  readonly before: { readonly settings: unknown; readonly secrets: Readonly<Record<string, unknown>> };
  readonly settings: unknown;
  /** Those of the request: whoever sends one again knows it. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** The stored credentials that would go to another host than before. */
export function movedCredentials(connector: Connector, change: ConnectionChange): Problem[] {
  const { before, settings, given } = change;
  const { credentials = [] } = connector.connection;
  const kept = credentials.filter(
    (name) => before.secrets[name] !== undefined && !Object.hasOwn(given, name),
  );
  if (kept.length === 0) return [];
  const known = originsOf(connector, before.settings);
  if (originsOf(connector, settings).every((origin) => known.includes(origin))) return [];
  return kept.map((name) => ({
    path: `secrets.${name}`,
    message: "was given for another host",
    expected: "the secret once more, or null",
    received: "nothing",
    fix: "Send it together with the new address, or null to take it away.",
  }));
}

/** None while the settings do not fit the connector. */
function originsOf(connector: Connector, settings: unknown): string[] {
  const parsed = connector.connection.settings.safeParse(settings);
  if (!parsed.success) return [];
  const urls = Object.values(connector.connection.targets?.(parsed.data) ?? {});
  return urls.flatMap((url) => URL.parse(url)?.origin ?? []);
}
