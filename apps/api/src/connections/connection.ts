/** A connection as the API shows it: settings in the open, secrets never, save those that may be revealed. */
import type { Connector, RawConnection } from "@stellwerk/connector-kit";
import { parseConnection } from "@stellwerk/connector-kit";
import { formatId } from "@stellwerk/delivery";
import { type ConnectionRow, insertConnection, type Queryable } from "@stellwerk/store";
import { z } from "zod";
import { type FieldProblem, invalidRequest } from "../errors.ts";
import { name, time, version } from "../http/fields.ts";
import { idAnswer } from "../http/ids.ts";
import type { Language } from "../http/language.ts";
import { nearest } from "../http/nearest.ts";
import { paused, showPause } from "../pauses/pause.ts";
import type { Services } from "../services.ts";
import { revealableSecrets, sealSecrets } from "./secrets.ts";
import { showSigning, signing, type SigningServices } from "./signing.ts";

const anyObject = z.record(z.string(), z.unknown());

export const connectionDraft = z
  .strictObject({
    connector: z.string(),
    name: name.optional(),
    settings: anyObject.default({}),
    secrets: anyObject.default({}),
  })
  .meta({ id: "ConnectionDraft" });
export type ConnectionDraft = z.output<typeof connectionDraft>;

export const connection = z
  .strictObject({
    id: idAnswer("con"),
    connector: z.string(),
    name: z.string(),
    settings: anyObject,
    signing,
    paused: paused.nullable().describe("Null: it is not paused."),
    version,
    createdAt: time,
  })
  .meta({ id: "Connection" });

/** `secrets` holds those that may be revealed, such as a webhook's signing secret. */
export const newConnection = connection
  .extend({
    secrets: z
      .record(z.string(), z.unknown())
      .describe("Those that may be shown, such as a webhook's signing secret."),
  })
  .meta({ id: "NewConnection" });

export function showConnection(
  row: ConnectionRow,
  services: SigningServices,
  language: Language = "en",
): z.output<typeof connection> {
  return {
    id: formatId("con", row.id),
    connector: row.connector,
    name: row.name,
    settings: row.settings as Record<string, unknown>,
    signing: showSigning(row, services),
    paused: showPause(row, language),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
  };
}

export function showNewConnection(
  row: ConnectionRow,
  services: SigningServices,
): z.output<typeof newConnection> {
  return { ...showConnection(row, services), secrets: revealableSecrets(row, services) };
}

/** A draft that fits its connector, with the secrets that the connector makes itself. */
export interface CheckedConnection {
  readonly connector: Connector;
  readonly name: string;
  readonly settings: unknown;
  readonly secrets: unknown;
}

/** `place` stands before every path: a draft inside a subscription is at `connection`. */
export async function checkConnectionDraft(
  draft: ConnectionDraft,
  services: Pick<Services, "connectors" | "targets">,
  place: string,
): Promise<CheckedConnection | { readonly errors: readonly FieldProblem[] }> {
  const connector = services.connectors.find(({ id }) => id === draft.connector);
  if (connector === undefined) {
    return { errors: [unknownConnector(draft.connector, services.connectors, `${place}connector`)] };
  }
  const parsed = parseConnection(connector, draft, { makeSecrets: true });
  const refused = await services.targets.problemsOf(connector, draft.settings);
  if (!parsed.ok || refused.length > 0) {
    const problems = [...(parsed.ok ? [] : parsed.problems), ...refused];
    return { errors: problems.map((each) => ({ ...each, path: place + each.path })) };
  }
  return { connector, name: draft.name ?? connector.title.en, ...completeSecrets(connector, parsed.value) };
}

/** With the secrets that its settings ask for: a connection that signs with a key pair has one. */
export function completeSecrets(connector: Connector, { settings, secrets }: RawConnection): RawConnection {
  return { settings, secrets: connector.connection.signing?.complete(settings, secrets) ?? secrets };
}

function unknownConnector(id: string, connectors: readonly Connector[], path: string): FieldProblem {
  const known = connectors.map((each) => each.id);
  return {
    path,
    message: "is not a connector of this installation",
    expected: `one of ${known.join(", ")}`,
    received: id.slice(0, 80),
    fix: `Did you mean ${nearest(id, known, 1).join("")}?`,
  };
}

export async function createConnection(
  tx: Queryable,
  accountId: string,
  id: string,
  checked: CheckedConnection,
  sealer: Services["sealer"],
): Promise<void> {
  await insertConnection(tx, accountId, {
    id,
    connector: checked.connector.id,
    name: checked.name,
    settings: checked.settings,
    secretsSealed: sealSecrets(id, checked.secrets, sealer),
  });
}

export function requireChecked<T extends object>(
  checked: T | { readonly errors: readonly FieldProblem[] },
): T {
  if ("errors" in checked) throw invalidRequest(checked.errors);
  return checked;
}
