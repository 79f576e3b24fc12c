/** A source as the API shows it, and the making of one. */
import { formatId, newUuid } from "@stellwerk/delivery";
import {
  findSourceKeyHolder,
  insertSource,
  makeSecret,
  type Queryable,
  type SourceKind,
  type SourceRow,
  sourceTokenContext,
} from "@stellwerk/store";
import { z } from "zod";
import { conflict, type ProblemError } from "../errors.ts";
import { time, version } from "../http/fields.ts";
import { idAnswer } from "../http/ids.ts";
import type { Services } from "../services.ts";

export const sourceKind = z.enum(["sitejet", "form", "api", "sandbox"]);

/** Short, because it stands in business keys: `{source.key}-{website.id}`. */
export const sourceKey = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/,
    "must be 1 to 20 lower-case letters, digits and inner hyphens",
  );

export const source = z
  .strictObject({
    id: idAnswer("src"),
    name: z.string(),
    kind: sourceKind,
    key: z.string(),
    managerUrl: z.string().nullable(),
    hookUrl: z
      .string()
      .nullable()
      .describe("Whoever knows it can send events, so it is shown to keys that may manage."),
    previousHookUrlUntil: time.nullable().describe("After a rotation the hook URL before works until then."),
    lastEventAt: time.nullable().describe("When its last event came in; null: none did yet."),
    silentSince: time
      .nullable()
      .describe(
        "Its last event, when it has been silent for much longer than it ever was; null: nothing is unusual.",
      ),
    version,
    createdAt: time,
  })
  .meta({ id: "Source" });

export function showSource(
  row: SourceRow,
  services: Pick<Services, "sealer" | "publicUrl">,
  withHookUrl: boolean,
): z.output<typeof source> {
  return {
    id: formatId("src", row.id),
    name: row.name,
    kind: row.kind,
    key: row.key,
    managerUrl: row.managerUrl,
    hookUrl: withHookUrl && row.tokenSealed !== null ? hookUrlOf(row.id, row.tokenSealed, services) : null,
    previousHookUrlUntil: row.previousTokenUntil?.toISOString() ?? null,
    lastEventAt: row.lastEventAt?.toISOString() ?? null,
    silentSince: row.silentSince?.toISOString() ?? null,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
  };
}

function hookUrlOf(
  id: string,
  sealed: Buffer,
  { sealer, publicUrl }: Pick<Services, "sealer" | "publicUrl">,
): string {
  return `${publicUrl()}/hooks/${sealer.open(sealed, sourceTokenContext(id))}`;
}

export function makeToken(id: string, sealer: Services["sealer"]): { token: string; tokenSealed: Buffer } {
  const token = makeSecret();
  return { token, tokenSealed: sealer.seal(token, sourceTokenContext(id)) };
}

export interface SourceDraft {
  readonly name: string;
  readonly kind: SourceKind;
  /** Made from the kind when left out. */
  readonly key?: string | undefined;
  readonly managerUrl?: string | null | undefined;
}

export async function createSource(
  tx: Queryable,
  accountId: string,
  id: string,
  draft: SourceDraft,
  sealer: Services["sealer"],
): Promise<void> {
  const { name, kind, managerUrl = null } = draft;
  const made = { id, name, kind, managerUrl, ...makeToken(id, sealer) };
  if (await insertSource(tx, accountId, { ...made, key: draft.key ?? kind })) return;
  // The last characters of an id are random.
  const key = draft.key ?? `${kind}-${formatId("src", newUuid()).slice(-6)}`;
  const isMade = draft.key === undefined && (await insertSource(tx, accountId, { ...made, key }));
  if (!isMade) throw await keyTaken(tx, accountId, key);
}

export async function keyTaken(tx: Queryable, accountId: string, key: string): Promise<ProblemError> {
  const holder = await findSourceKeyHolder(tx, accountId, key);
  const who = holder?.deleted === true ? "a source that was deleted" : "another source";
  return conflict(`The key ${key} belongs to ${who}`, [
    {
      path: "key",
      message: `belongs to ${who}`,
      expected: "a key that no source of this account ever had",
      received: key,
      fix: "Choose another key. A key is not given away again, because it stands in business keys in other systems.",
    },
  ]);
}
