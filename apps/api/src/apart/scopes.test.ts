/** Which key may call what: every route × every kind of key, as a table that is committed. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AnyRoute } from "../http/register-routes.ts";
import { routes } from "../routes.ts";
import { routeName } from "../testing/apart/route-places.ts";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeKey } from "../testing/requests.ts";

const KEYS = ["none", "bad", "publish", "read", "manage", "admin"] as const;
type Kind = (typeof KEYS)[number];

let api: TestApi;
const keys = new Map<Kind, string | null>([
  ["none", null],
  ["bad", "sw_nobody-has-this-key"],
]);
beforeAll(async () => {
  api = await openTestApi();
  for (const scope of ["publish", "read", "manage", "admin"] as const)
    keys.set(scope, await makeKey(api, scope));
});
afterAll(() => api[Symbol.asyncDispose]());

/** What the table says: `admin` does everything, `manage` includes `read`. */
function expected({ scope }: AnyRoute, kind: Kind): "yes" | "401" | "403" {
  if (scope === "none") return "yes";
  if (kind === "none" || kind === "bad") return "401";
  const allowed = kind === scope || kind === "admin" || (kind === "manage" && scope === "read");
  return allowed ? "yes" : "403";
}

/** With ids that nobody has and without a body, so that nothing comes of it. */
async function ask(route: AnyRoute, kind: Kind): Promise<string> {
  const path = route.path.replaceAll(/\{\w+\}/g, "unknown");
  const { status } = await api.call(route.method, path, { key: keys.get(kind) ?? null });
  // What is on the way, away or too much says nothing about scopes.
  if (status >= 429) return `unclear: ${status}`;
  return status === 401 || status === 403 ? String(status) : "yes";
}

test("every route is open to the keys that its scope names, and to no other", async () => {
  const rows: string[][] = [["route", "scope", ...KEYS]];
  for (const route of routes) {
    const asked: string[] = [];
    for (const kind of KEYS) {
      const found = await ask(route, kind);
      expect.soft(found, `${routeName(route)} with ${kind}`).toBe(expected(route, kind));
      asked.push(found);
    }
    rows.push([routeName(route), route.scope, ...asked]);
  }
  await expect(tableOf(rows)).toMatchFileSnapshot("scopes.txt");
});

function tableOf(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_cell, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return `${rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")}\n`;
}

test("nobody gives more than they have: only an admin makes or revokes an admin key", async () => {
  const body = { name: "More", scopes: ["admin"] };
  expect((await api.call("POST", "/v1/keys", { key: keys.get("manage")!, body })).status).toBe(403);
  const { body: made } = await api.call("POST", "/v1/keys", { body });
  expect((await api.call("DELETE", `/v1/keys/${made.id}`, { key: keys.get("manage")! })).status).toBe(403);
  expect((await api.call("DELETE", `/v1/keys/${made.id}`)).status).toBe(204);
});
