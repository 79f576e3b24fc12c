/**
 * Does a statement stay quick when the tables are large? It is run for real, with EXPLAIN ANALYZE, once
 * planned for its values and once for any values (as PostgreSQL plans a prepared statement after a few
 * runs), and what its scans read is counted. Nothing it writes is kept.
 */
import pg from "pg";
import type { Database, Queryable, Transactional, Who } from "../database.ts";
import type { Statement } from "../sql-file.ts";

export interface ExplainOptions {
  /** Most rows that its scans of large tables may read in all; default 1000. */
  readonly rowsRead?: number;
  /** Behind the second wall, as the api runs it. */
  readonly as?: Who;
}

/** From here on a table counts as large. One that is smaller may well be read as a whole. */
const LARGE_ROWS = 5_000;
const ROWS_READ = 1_000;

/** Settings of plan_cache_mode: planned for the values at hand, or once for whatever comes. */
const CUSTOM = "force_custom_plan";
const GENERIC = "force_generic_plan";

/** A node of EXPLAIN (FORMAT JSON), as far as it concerns us. */
interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Throws, with the plan, when the statement reads a large table from one end to the other, or more rows
 * than it should. Fill the tables first (`fillLargeTables`): on empty ones every plan looks good.
 *
 * @example
 * await expectIndexed(db, sqlFile("find-event"), [accountId, eventId]);
 */
export async function expectIndexed(
  db: Database,
  statement: Statement,
  values: readonly unknown[],
  options: ExplainOptions = {},
): Promise<void> {
  const large = await listLargeTables(db);
  for (const mode of statement.prepare === false ? [CUSTOM] : [CUSTOM, GENERIC]) {
    const plan = await explain(options.as === undefined ? db : db.as(options.as), statement, values, mode);
    const problem = findProblem(plan, large, options.rowsRead ?? ROWS_READ);
    if (problem) throw new Error(`${statement.name} (${mode}): ${problem}\n${describe(plan)}`);
  }
}

function findProblem(plan: PlanNode, large: ReadonlySet<string>, rowsRead: number): string | undefined {
  const scans = flatten(plan).filter((node) => large.has(node["Relation Name"] ?? "") && isScan(node));
  const whole = scans.find((node) => node["Node Type"] === "Seq Scan" && node["Actual Loops"] > 0);
  if (whole) return `reads all of ${whole["Relation Name"]}`;
  const read = scans.reduce((sum, node) => sum + rowsOf(node), 0);
  return read > rowsRead ? `reads ${read} rows of large tables, more than ${rowsRead}` : undefined;
}

function isScan(node: PlanNode): boolean {
  return node["Node Type"].endsWith("Scan");
}

function rowsOf(node: PlanNode): number {
  const perLoop =
    node["Actual Rows"] +
    (node["Rows Removed by Filter"] ?? 0) +
    (node["Rows Removed by Index Recheck"] ?? 0);
  return Math.round(perLoop * node["Actual Loops"]);
}

function flatten(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}

function describe(node: PlanNode, depth = 0): string {
  const where = node["Relation Name"] ? ` on ${node["Relation Name"]}` : "";
  const line = `${"  ".repeat(depth)}${node["Node Type"]}${where}: ${rowsOf(node)} rows`;
  return [line, ...(node.Plans ?? []).map((child) => describe(child, depth + 1))].join("\n");
}

async function explain(
  db: Transactional,
  statement: Statement,
  values: readonly unknown[],
  mode: string,
): Promise<PlanNode> {
  let plan: PlanNode | undefined;
  const undo = new Error("only explained");
  await db
    .transaction(async (tx) => {
      await tx.query(`SET LOCAL plan_cache_mode = ${mode}`);
      await tx.query(`PREPARE explained AS ${statement.text}`);
      const call = values.length === 0 ? "explained" : `explained(${values.map(toLiteral).join(", ")})`;
      const [row] = await tx.query<{ "QUERY PLAN": [{ Plan: PlanNode }] }>(
        `EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, FORMAT JSON) EXECUTE ${call}`,
      );
      await tx.query("DEALLOCATE explained");
      plan = row?.["QUERY PLAN"][0].Plan;
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  if (!plan) throw new Error("EXPLAIN gave no plan");
  return plan;
}

/** By the planner's own count; the partitions count each for itself. */
async function listLargeTables(db: Queryable): Promise<Set<string>> {
  const rows = await db.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples >= $1",
    [LARGE_ROWS],
  );
  if (rows.length === 0) throw new Error("No table is large: call fillLargeTables first");
  return new Set(rows.map((row) => row.name));
}

/** EXECUTE takes no parameters of its own. */
function toLiteral(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  return pg.escapeLiteral(toText(value));
}

function toText(value: unknown): string {
  if (Buffer.isBuffer(value)) return `\\x${value.toString("hex")}`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map((each) => JSON.stringify(toText(each))).join(",")}}`;
  return typeof value === "string" ? value : JSON.stringify(value);
}
