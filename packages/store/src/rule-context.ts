/** What conditions and mappings see of an event: the same where it is matched, sent and explained. */
import { formatId } from "@stellwerk/delivery";
import type { RuleContext } from "@stellwerk/rules";
import type { ConfiguredSource } from "./configuration.ts";
import type { Queryable } from "./database.ts";
import { sqlFile } from "./sql-file.ts";

const findRuleSourceStatement = sqlFile("find-rule-source");

interface EventFacts {
  readonly id: string;
  readonly sourceId: string | null;
  readonly type: string;
  readonly subject: string | null;
  readonly time: Date;
}

/** `source` is missing for what Stellwerk itself tells. */
export function ruleContextOf(
  event: EventFacts,
  data: unknown,
  source: ConfiguredSource | undefined,
): RuleContext {
  const { id, type, time, subject } = event;
  return {
    data,
    event: { id: formatId("evt", id), type, time: time.toISOString(), ...(subject !== null && { subject }) },
    source: source && { ...source, id: formatId("src", source.id) },
  };
}

/** With its key and links as they are now. */
export async function findRuleSource(
  db: Queryable,
  accountId: string,
  sourceId: string | null,
): Promise<ConfiguredSource | undefined> {
  if (sourceId === null) return undefined;
  const [row] = await db.query<ConfiguredSource>(findRuleSourceStatement, [accountId, sourceId]);
  return row;
}
