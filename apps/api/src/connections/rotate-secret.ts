/** Changing a connection's signing secret: for a while the old and the new one sign together. */
import { type Connector, parseConnection, type RawConnection } from "@stellwerk/connector-kit";
import { newUuid } from "@stellwerk/delivery";
import { type ConnectionRow, findConnection, updateConnection } from "@stellwerk/store";
import { z } from "zod";
import { changeConfiguration, claimKey } from "../changes.ts";
import { conflict, invalidRequest, notFound } from "../errors.ts";
import { durationMs } from "../http/duration.ts";
import { idParameter } from "../http/ids.ts";
import { type ApiRequest, type Answer, defineRoute } from "../http/route.ts";
import { checkIfMatch, etagOf } from "../http/version.ts";
import type { Services } from "../services.ts";
import { connection, newConnection, showConnection, showNewConnection } from "./connection.ts";
import { connectorOf, openSecrets, sealSecrets } from "./secrets.ts";

const HOUR_MS = 3_600_000;
const MAX_OVERLAP_MS = 30 * 24 * HOUR_MS;
const params = z.strictObject({ id: idParameter("con") });

type Signing = NonNullable<Connector["connection"]["signing"]>;
type Request = ApiRequest<{ id: string }, unknown, unknown>;

/** In one transaction; a repeat with the same `Idempotency-Key` changes nothing. */
async function changeSecrets(
  request: Request,
  services: Services,
  change: (signing: Signing, current: RawConnection) => unknown,
): Promise<ConnectionRow> {
  const {
    accountId,
    params: { id },
    ifMatch,
  } = request;
  await changeConfiguration(services, accountId, async (tx) => {
    const row = await findConnection(tx, accountId, id);
    if (row === undefined) throw unknownConnection();
    if ((await claimKey(tx, request, newUuid())) !== undefined) return;
    checkIfMatch(ifMatch, row.version);
    const connector = connectorOf(row, services.connectors);
    const signing = connector?.connection.signing;
    if (connector === undefined || signing === undefined) {
      throw conflict("Requests over this connection are not signed, so there is no secret to rotate");
    }
    const secrets = openSecrets(row, services.sealer);
    const current = parseConnection(connector, { settings: row.settings, secrets });
    if (!current.ok) throw conflict("The connection does not fit its connector any more; change it first");
    const changed = change(signing, current.value);
    const secretsSealed = sealSecrets(id, changed, services.sealer);
    const { name, settings, version } = row;
    await updateConnection(tx, accountId, { id, version, name, settings, secretsSealed });
  });
  const row = await findConnection(services.db, accountId, id);
  if (row === undefined) throw unknownConnection();
  return row;
}

function unknownConnection() {
  return notFound("There is no connection with this id");
}

function answer(row: ConnectionRow, body: unknown): Answer {
  return { body, headers: { etag: etagOf(row.version) } };
}

export const rotateSecretRoute = defineRoute({
  method: "POST",
  path: "/v1/connections/{id}/rotate-secret",
  operation: "rotateConnectionSecret",
  summary: "Gives a connection a new signing secret; the one before goes on signing for a while.",
  description:
    'Until `overlap` ends (`24h` unless set) every request carries both signatures, so receivers change when it suits them. `"overlap": "0s"` ends every overlap at once, for a secret that strangers may know. `secret` brings one of your own.',
  scope: "manage",
  problems: ["conflict"],
  // A repeat after a lost answer must not rotate again: receivers would have to know a third secret.
  creates: true,
  ifMatch: true,
  params,
  body: z
    .strictObject({
      signature: z
        .enum(["v1", "v1a"])
        .optional()
        .describe(
          "Which one; unless set it follows from `secret`, else from what the connection signs with.",
        ),
      secret: z
        .string()
        .max(200)
        .optional()
        .describe("`whsec_…` (base64 of 24 to 64 bytes) or `whsk_…` (an ed25519 key). Made when left out."),
      overlap: durationMs({ maxMs: MAX_OVERLAP_MS }).default(24 * HOUR_MS),
    })
    .prefault({}),
  answer: {
    status: 200,
    description: "The connection, with the secrets that may be shown.",
    etag: true,
    schema: newConnection,
  },
  async handle(request, services) {
    const { signature, secret, overlap: overlapMs } = request.body;
    const row = await changeSecrets(request, services, (signing, { settings, secrets }) => {
      const rotated = signing.rotate(settings, secrets, { signature, secret, overlapMs, now: new Date() });
      if (!rotated.ok) throw invalidRequest(rotated.problems);
      return rotated.value;
    });
    return answer(row, showNewConnection(row, services));
  },
});

export const endOverlapRoute = defineRoute({
  method: "POST",
  path: "/v1/connections/{id}/end-overlap",
  operation: "endConnectionOverlap",
  summary: "Ends the overlaps of rotated secrets: from now on only the newest sign.",
  description: "For when every receiver has the new secret, or when the old one is known to strangers.",
  scope: "manage",
  problems: ["conflict"],
  ifMatch: true,
  params,
  answer: { status: 200, description: "The connection as it is now.", etag: true, schema: connection },
  async handle(request, services) {
    const row = await changeSecrets(request, services, (signing, { secrets }) => signing.endOverlap(secrets));
    return answer(row, showConnection(row, services));
  },
});
