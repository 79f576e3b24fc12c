/** Mass assignment: what a caller must not choose is refused by name on every route that writes, and nothing is saved. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AnyRoute } from "../http/register-routes.ts";
import { routes } from "../routes.ts";
import { bodyFor, fillPath, routeName, shapeOf } from "../testing/apart/route-places.ts";
import { dumpAccount, openTwoAccounts, type TwoAccounts } from "../testing/apart/two-accounts.ts";

const NOT_THEIRS_TO_CHOOSE = [
  "accountId",
  "account_id",
  "account",
  "id",
  "version",
  "createdAt",
  "deletedAt",
  "revision",
  "scopes",
  "key",
  "keyHash",
  "token",
  "tokenHash",
  "secretsSealed",
  "state",
  "partition",
  "isAdmin",
  "admin",
  "role",
  "__proto__",
  "constructor",
];

let two: TwoAccounts;
beforeAll(async () => {
  two = await openTwoAccounts();
});
afterAll(() => two[Symbol.asyncDispose]());

/** A hook takes what the platform sends, whatever its fields are called. */
const writing = routes.filter((route) => route.body !== undefined && route.scope !== "none");

test.each(writing.map((route): [string, AnyRoute] => [routeName(route), route]))(
  "%s",
  async (_name, route) => {
    const { api, mine, theirs } = two;
    const { body } = bodyFor(route, mine.ids);
    const known = Object.keys(shapeOf(route.body));
    const inner = Object.entries(body as object).filter(([, value]) => isStrict(route, value));
    const path = fillPath(route, mine.ids);
    const before = [await dumpAccount(api, mine.accountId), await dumpAccount(api, theirs.accountId)];
    const published = api.records.length;
    const key = route.scope === "admin" ? undefined : mine.key;
    for (const field of NOT_THEIRS_TO_CHOOSE.filter(
      (each) => !known.includes(each) && !isOwnOfEvent(route, each),
    )) {
      const value = field.toLowerCase().startsWith("account") ? theirs.ids["acc"] : "chosen";
      // As text: `__proto__` in an object literal would set its prototype.
      const bodies = [withField(body, field, value)];
      for (const [name, part] of inner)
        bodies.push(withField(body, name, undefined, withField(part, field, value)));
      for (const raw of bodies) {
        const reply = await api.call(route.method, path, {
          raw,
          headers: { "content-type": "application/json" },
          ...(key !== undefined && { key }),
        });
        expect.soft([reply.status, field], `${raw}\n${reply.bytes.toString()}`).toEqual([400, field]);
        expect.soft(JSON.stringify(reply.body.errors)).toContain(field);
      }
    }
    expect(api.records).toHaveLength(published);
    expect([await dumpAccount(api, mine.accountId), await dumpAccount(api, theirs.accountId)]).toEqual(
      before,
    );
  },
);

/** An event's `id` is its producer's idempotency key. */
function isOwnOfEvent(route: AnyRoute, field: string): boolean {
  return routeName(route) === "POST /v1/events" && field === "id";
}

/** A connection inside a subscription. */
function isStrict(route: AnyRoute, value: unknown): boolean {
  return (
    routeName(route) === "POST /v1/subscriptions" &&
    typeof value === "object" &&
    value !== null &&
    "connector" in value
  );
}

function withField(body: unknown, field: string, value: unknown, json = JSON.stringify(value)): string {
  const rest = Object.entries(body as object).filter(([name]) => name !== field);
  const text = rest.map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`);
  return `{${[...text, `${JSON.stringify(field)}:${json}`].join(",")}}`;
}
