/** How a connection's requests are signed, as far as everybody who sees the connection may know. */
import { parseConnection, type SigningFacts } from "@stellwerk/connector-kit";
import { formatId } from "@stellwerk/delivery";
import type { ConnectionRow } from "@stellwerk/store";
import { z } from "zod";
import { time } from "../http/fields.ts";
import type { Services } from "../services.ts";
import { connectorOf, tryOpenSecrets } from "./secrets.ts";

export const signing = z
  .strictObject({
    signatures: z.array(z.string()).describe("What every request is signed with: `v1`, `v1a` or both."),
    overlaps: z
      .array(z.strictObject({ signature: z.string(), until: time }))
      .describe("Replaced secrets that still sign as well, and until when."),
    publicKeys: z
      .array(
        z.strictObject({
          key: z.string(),
          until: time.nullable().describe("Set when the key was replaced."),
        }),
      )
      .describe("For `v1a`: a receiver takes a signature that fits any of these."),
    publicKeysUrl: z
      .string()
      .nullable()
      .describe("Where receivers find the public keys, without an API key."),
  })
  .describe("`null` when requests are not signed, or when the secrets cannot be opened with this key.")
  .nullable();

/** Without a slash at the end; the connection's id follows. */
export const PUBLIC_KEYS_PATH = "/.well-known/webhook-keys";

export type SigningServices = Pick<Services, "connectors" | "sealer" | "publicUrl">;

export function showSigning(row: ConnectionRow, services: SigningServices): z.output<typeof signing> {
  const facts = signingFacts(row, services);
  if (facts === undefined) return null;
  const url = `${services.publicUrl()}${PUBLIC_KEYS_PATH}/${formatId("con", row.id)}`;
  return {
    signatures: [...facts.signatures],
    overlaps: facts.overlaps.map(({ signature, until }) => ({ signature, until: until.toISOString() })),
    publicKeys: facts.publicKeys.map(({ key, until }) => ({ key, until: until?.toISOString() ?? null })),
    publicKeysUrl: facts.publicKeys.length === 0 ? null : url,
  };
}

export function signingFacts(
  row: Pick<ConnectionRow, "id" | "connector" | "settings" | "secretsSealed">,
  { connectors, sealer }: Pick<Services, "connectors" | "sealer">,
): SigningFacts | undefined {
  const connector = connectorOf(row, connectors);
  if (connector?.connection.signing === undefined) return undefined;
  const secrets = tryOpenSecrets(row, sealer);
  if (secrets === undefined) return undefined;
  const parsed = parseConnection(connector, { settings: row.settings, secrets });
  if (!parsed.ok) return undefined;
  return connector.connection.signing.describe(parsed.value.settings, parsed.value.secrets, new Date());
}
