/** A connection's secrets: sealed in the row, opened for a moment, shown only as far as the connector allows. */
import type { Connector } from "@stellwerk/connector-kit";
import { connectionSecretsContext, type ConnectionRow, SealedValueError } from "@stellwerk/store";
import type { Services } from "../services.ts";

type Sealed = Pick<ConnectionRow, "id" | "secretsSealed">;

export function openSecrets(row: Sealed, sealer: Services["sealer"]): Record<string, unknown> {
  if (row.secretsSealed === null) return {};
  return JSON.parse(sealer.open(row.secretsSealed, connectionSecretsContext(row.id))) as Record<
    string,
    unknown
  >;
}

/** Undefined when this installation's key does not open them: they are entered again then, as the delivery log asks. */
export function tryOpenSecrets(row: Sealed, sealer: Services["sealer"]): Record<string, unknown> | undefined {
  try {
    return openSecrets(row, sealer);
  } catch (error) {
    if (error instanceof SealedValueError) return undefined;
    throw error;
  }
}

export function sealSecrets(id: string, secrets: unknown, sealer: Services["sealer"]): Buffer {
  return sealer.seal(JSON.stringify(secrets), connectionSecretsContext(id));
}

/** Those that the connector allows to be shown again. */
export function revealableSecrets(
  row: ConnectionRow,
  services: Pick<Services, "connectors" | "sealer">,
): Record<string, unknown> {
  const names = connectorOf(row, services.connectors)?.connection.reveal ?? [];
  const secrets = openSecrets(row, services.sealer);
  return Object.fromEntries(
    names.flatMap((each) => (Object.hasOwn(secrets, each) ? [[each, secrets[each]]] : [])),
  );
}

export function connectorOf(
  row: Pick<ConnectionRow, "connector">,
  connectors: readonly Connector[],
): Connector | undefined {
  return connectors.find(({ id }) => id === row.connector);
}
