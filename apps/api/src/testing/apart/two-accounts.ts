/** Two accounts that have one of everything, for tests of what one of them may do to the other. */
import { parseId } from "@stellwerk/delivery";
import { attemptAll, routePublished } from "../dispatch.ts";
import { openTestApi, type TestApi, type TestApiOptions } from "../open-test-api.ts";
import { SAMPLE } from "../requests.ts";

/** Stands in every name of the other account's: nothing of it may turn up in an answer. */
export const MARK = "theirs-7f3a91";

/** The public id of one row of each kind; `src` → `src_…`. */
export type Ids = Readonly<Record<string, string>>;

export interface Tenant {
  readonly accountId: string;
  readonly ids: Ids;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface TwoAccounts extends AsyncDisposable {
  readonly api: TestApi;
  readonly mine: Tenant;
  readonly theirs: Tenant;
}

export async function openTwoAccounts(options: TestApiOptions = {}): Promise<TwoAccounts> {
  const api = await openTestApi(options);
  return {
    api,
    mine: await fill(api, "ours"),
    theirs: await fill(api, MARK),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

async function fill(api: TestApi, mark: string): Promise<Tenant> {
  const account = await make(api, {}, "/v1/accounts", { name: `Agency ${mark}` });
  const headers = { "stellwerk-account": account.id };
  const post = (path: string, body: unknown) => make(api, headers, path, body);
  const made = await post("/v1/keys", { name: `Key ${mark}`, scopes: ["publish", "read", "manage"] });
  const source = await post("/v1/sources", { name: `Source ${mark}`, kind: "sitejet" });
  const subscription = await post("/v1/subscriptions", {
    name: `Rule ${mark}`,
    eventTypes: ["website_status_changed"],
    action: "webhook.send",
    connection: {
      connector: "webhook",
      name: `Hook ${mark}`,
      settings: { url: `https://${mark}.example/hook` },
    },
  });
  const hook = new URL(source.hookUrl).pathname;
  const json = { "content-type": "application/json" };
  const sample = SAMPLE.replaceAll("Harry", mark);
  await api.call("POST", hook, { raw: sample, headers: json, key: null });
  const rule = { id: subscription.id, connectionId: subscription.connectionId };
  await routePublished(api, [rule]);
  await attemptAll(api, rule, { state: "dead", reason: "http_status", detail: `${mark} answered 500` });
  // One that waits, so that the queue has a row as well.
  await api.call("POST", hook, { raw: sample, headers: json, key: null });
  await routePublished(api, [rule]);
  await api.call("POST", hook, { raw: `{"${mark}`, headers: json, key: null });

  const accountId = parseId("acc", account.id) ?? "";
  const { body: events } = await api.call("GET", "/v1/events", { headers });
  const { body: deliveries } = await api.call("GET", "/v1/deliveries?state=dead", { headers });
  const { body: shown } = await api.call("GET", `/v1/deliveries/${deliveries.items[0].id}`, { headers });
  const ids = {
    acc: account.id,
    key: made.id,
    src: source.id,
    con: subscription.connectionId,
    sub: subscription.id,
    evt: events.items[0].id,
    dlv: deliveries.items[0].id,
    att: shown.attempts[0].id,
  };
  return { accountId, ids, key: made.key, headers };
}

async function make(api: TestApi, headers: Record<string, string>, path: string, body: unknown) {
  const reply = await api.call("POST", path, { body, headers });
  if (reply.status !== 201) throw new Error(`${path} answered ${reply.status}: ${reply.bytes.toString()}`);
  return reply.body;
}

/** Every row of an account as text, table by table: what must not change, and what a leak would come from. */
export async function dumpAccount(
  api: TestApi,
  accountId: string,
): Promise<Record<string, readonly string[]>> {
  const tables = await api.db.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND a.attname = 'account_id' ORDER BY 1`,
  );
  const dump: Record<string, readonly string[]> = {};
  for (const { name } of tables) {
    const rows = await api.db.query<{ row: string }>(
      `SELECT t::text AS row FROM ${name} t WHERE account_id = $1 ORDER BY 1`,
      [accountId],
    );
    dump[name] = rows.map(({ row }) => row);
  }
  const [account] = await api.db.query<{ row: string }>(
    "SELECT t::text AS row FROM account t WHERE id = $1",
    [accountId],
  );
  dump["account"] = [account?.row ?? ""];
  return dump;
}
