/** What a running system exports, and that dashboard, alert rules and documentation speak of exactly that. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { subscribeWebhook } from "../subscribe-webhook.ts";
import { waitFor } from "../wait.ts";
import { namesIn, readExported, unknownNames, type Exported } from "./exported.ts";
import { METRICS_TOKEN, openApart, startTarget } from "./open-apart.ts";

const ACCOUNTS = 1_000;
/** Both processes together; a histogram is one per bucket. */
const MOST_SERIES = 1_200;
const AT_ONCE = 16;
const ROOT = new URL("../../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

let apart: Awaited<ReturnType<typeof openApart>>;
let target: Awaited<ReturnType<typeof startTarget>>;
let before: Exported;
let after: Exported;
let scraped: string;

beforeAll(async () => {
  apart = await openApart({ env: {} });
  target = await startTarget(0);
  await deliverOne();
  before = readExported(await scrapeBoth());
  await inTurns(ACCOUNTS, fillAccount);
  await waitFor(() => target.received.length > ACCOUNTS, {
    withinMs: 60_000,
    what: () => `${ACCOUNTS} deliveries; there were ${target.received.length}`,
  });
  scraped = await scrapeBoth();
  after = readExported(scraped);
});
afterAll(async () => {
  await apart?.[Symbol.asyncDispose]();
  await target?.[Symbol.asyncDispose]();
});

async function scrapeBoth(): Promise<string> {
  return `${await apart.scrapeApi()}\n${await apart.scrapeDispatcher()}`;
}

async function deliverOne(): Promise<void> {
  const { hookUrl } = await subscribeWebhook(apart.client, { url: target.url });
  const headers = { "content-type": "application/json" };
  await fetch(hookUrl, { method: "POST", headers, body: '{"event":"website_status_changed"}' });
  await waitFor(() => target.received.length > 0, { withinMs: 20_000, what: "the first delivery" });
}

async function inTurns(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work((next += 1));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** An account of its own with a subscription of its own and an event. */
async function fillAccount(index: number): Promise<void> {
  const account = await call<{ id: string }>("/v1/accounts", { name: `Agency ${index}` });
  await call(
    "/v1/subscriptions",
    {
      name: `Rule ${index}`,
      eventTypes: ["*"],
      action: "webhook.send",
      connection: { connector: "webhook", settings: { url: target.url } },
    },
    account.id,
  );
  await call("/v1/events", { type: `agency_${index}_event`, data: { index } }, account.id);
}

async function call<Body>(path: string, body: unknown, account?: string): Promise<Body> {
  const reply = await fetch(apart.url + path, {
    method: "POST",
    headers: {
      authorization: `Bearer ${apart.adminKey}`,
      "content-type": "application/json",
      ...(account !== undefined && { "stellwerk-account": account }),
    },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`);
  return (await reply.json()) as Body;
}

test("a thousand accounts with a subscription each make no series of their own", () => {
  expect(after.series).toBeLessThan(MOST_SERIES);
  // Three routes that were not asked before, 16 lines each.
  expect(after.series - before.series).toBeLessThan(4 * 16);
  expect(scraped).not.toMatch(/(acc|sub|evt|dlv|src|con)_[0-9a-z]{26}|agency|Agency|127\.0\.0\.1/);
});

test("what was counted is what happened", () => {
  const value = (name: string) => Number(new RegExp(`^${name} (.+)$`, "m").exec(scraped)?.[1]);
  expect(value('stellwerk_events_accepted_total\\{via="api"\\}')).toBe(ACCOUNTS);
  expect(value('stellwerk_events_accepted_total\\{via="hook"\\}')).toBe(1);
  expect(value("stellwerk_bus_published_total")).toBe(ACCOUNTS + 1);
  expect(value("stellwerk_events_routed_total")).toBe(ACCOUNTS + 1);
  expect(value("stellwerk_deliveries_created_total")).toBe(ACCOUNTS + 1);
  expect(value('stellwerk_attempts_total\\{connector="webhook",outcome="delivered"\\}')).toBe(ACCOUNTS + 1);
  expect(value('stellwerk_bus_consumer_lag\\{topic="stellwerk.events"\\}')).toBe(0);
  const [, sum = ""] = /^stellwerk_delivery_duration_seconds_sum (.+)$/m.exec(scraped) ?? [];
  const count = value("stellwerk_delivery_duration_seconds_count");
  expect(count).toBeGreaterThan(ACCOUNTS * 0.9);
  expect(Number(sum) / count).toBeGreaterThan(0);
  expect(Number(sum) / count).toBeLessThan(30);
});

test("nobody reads them without the token", async () => {
  for (const url of [apart.url, apart.metricsUrl]) {
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200);
  }
});

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}
interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

const dashboard = JSON.parse(read("deploy/observability/grafana/stellwerk.json")) as Dashboard;
const alerts = parse(read("deploy/observability/alerts.yml")) as Rules;
const shown = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr })),
);
const alerted = alerts.groups.flatMap(({ rules }) =>
  rules.map(({ alert, expr }) => ({ title: alert, expr })),
);

test("dashboard and alert rules name only what is exported, with labels that it has", () => {
  expect(shown.length).toBeGreaterThan(30);
  expect(alerted.length).toBeGreaterThan(10);
  const unknown = [...shown, ...alerted].flatMap(({ title, expr }) =>
    unknownNames(expr, after).map((name) => `${title}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

test("a name or a label that is made up is found", () => {
  const wrong =
    'sum by (account, topic) (rate(stellwerk_made_up_total{reason="x"}[5m])) / stellwerk_bus_consumer_lag{partition="1"}';
  expect(unknownNames(wrong, after)).toEqual([
    "stellwerk_made_up_total",
    "stellwerk_bus_consumer_lag{partition}",
    "by (account)",
  ]);
});

test("everything that is exported stands on the dashboard and in the documentation, and nothing else does", () => {
  const families = [...after.families].filter((name) => name !== "target_info").toSorted();
  const onDashboard = new Set(shown.flatMap(({ expr }) => namesIn(expr)).map(familyOf));
  expect(families.filter((name) => !onDashboard.has(name))).toEqual([]);
  const text = read("docs/operate/observability.md");
  const table = text.slice(text.indexOf("### What there is"), text.indexOf("### Alerts"));
  const documented = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name = ""]) => name);
  expect(documented.filter((name) => name !== "target_info").toSorted()).toEqual(families);
  for (const { title } of alerted) expect(text).toContain(`\`${title}\``);
});

function familyOf(name: string): string {
  const family = name.replace(/_(bucket|sum|count)$/, "");
  return after.families.has(name) ? name : family;
}
