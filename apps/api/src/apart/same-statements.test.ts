/**
 * That time tells nothing either: what is not there costs the same statements with the same numbers of rows as what is
 * another account's, and a key or token that never was the same as one that is not in force any more. A clock would
 * measure the machine instead.
 */
import { formatId, newUuid } from "@stellwerk/delivery";
import { hashSecret, makeSecret } from "@stellwerk/store";
import { recordStatements, type RecordedDatabase, type RecordedStatement } from "@stellwerk/store/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type IdPlace, idPlaces } from "../testing/apart/route-places.ts";
import { openTwoAccounts, type TwoAccounts } from "../testing/apart/two-accounts.ts";
import type { Reply } from "../testing/open-test-api.ts";

const KEY_LOOKUP = "find-api-key-by-hash";
const TOKEN_LOOKUP = "find-source-by-token-hash";

let two: TwoAccounts;
let recorded: RecordedDatabase;
beforeAll(async () => {
  two = await openTwoAccounts({ watchDatabase: (db) => (recorded = recordStatements(db)).db });
});
afterAll(() => two[Symbol.asyncDispose]());

async function statementsOf(
  ask: () => Promise<Reply>,
): Promise<{ reply: Reply; asked: RecordedStatement[] }> {
  recorded.take();
  const reply = await ask();
  return { reply, asked: recorded.take() };
}

const names = (asked: readonly RecordedStatement[]) => asked.map(({ name, rows }) => `${name}: ${rows}`);

/** Without what belongs to the request. */
function answerOf({ status, headers, bytes }: Reply) {
  const body = bytes.toString().replaceAll(/"requestId":"[^"]*"/g, "");
  return { status, headers: [...headers].filter(([name]) => !["date", "x-request-id"].includes(name)), body };
}

describe("an id of another account and one that nobody has", () => {
  const places = idPlaces().filter(({ route }) => route.scope !== "none" && route.scope !== "admin");

  test.each(places.map((place): [string, IdPlace] => [place.name, place]))("%s", async (_name, place) => {
    const { api, mine, theirs } = two;
    const ask = async (id: string) => {
      const { path, body } = place.call(id, mine.ids);
      const options = { key: mine.key, ...(body !== undefined && { body }) };
      const { asked } = await statementsOf(() => api.call(place.route.method, path, options));
      // The caller's own key, which is looked up anew every few seconds.
      return names(asked.filter(({ name }) => name !== KEY_LOOKUP));
    };
    const known = theirs.ids[place.prefix] ?? "";
    const [theirsAsked, unknownAsked] = [await ask(known), await ask(formatId(place.prefix, newUuid()))];
    expect(theirsAsked).not.toEqual([]);
    expect(theirsAsked).toEqual(unknownAsked);
  });
});

describe("credentials that are not in force", () => {
  test("an API key: unknown, revoked, its row gone", async () => {
    const { api, mine } = two;
    const make = async () => {
      const { body } = await api.call("POST", "/v1/keys", {
        headers: mine.headers,
        body: { name: "Gone soon", scopes: ["read"] },
      });
      return body as { id: string; key: string };
    };
    const [revoked, gone] = [await make(), await make()];
    await api.call("DELETE", `/v1/keys/${revoked.id}`, { headers: mine.headers });
    await api.db.query("DELETE FROM api_key WHERE key_hash = $1", [hashSecret(gone.key)]);

    const answers = [];
    for (const key of [makeSecret("sw_"), revoked.key, gone.key]) {
      const { reply, asked } = await statementsOf(() => api.call("GET", "/v1/events", { key }));
      // By its hash alone: nothing compares the key itself, so there is no comparison to measure.
      expect(asked).toEqual([{ name: KEY_LOOKUP, values: [hashSecret(key)], rows: 0 }]);
      answers.push(answerOf(reply));
    }
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  test("a hook URL's token: unknown, replaced, of a deleted source, its row gone", async () => {
    const { api, mine } = two;
    const make = async () => {
      const { body } = await api.call("POST", "/v1/sources", {
        headers: mine.headers,
        body: { name: "Gone soon", kind: "sitejet" },
      });
      return { id: String(body.id), path: new URL(body.hookUrl).pathname };
    };
    const [replaced, deleted, gone] = [await make(), await make(), await make()];
    await api.call("POST", `/v1/sources/${replaced.id}/rotate`, {
      headers: mine.headers,
      body: { overlap: "0s" },
    });
    await api.call("DELETE", `/v1/sources/${deleted.id}`, { headers: mine.headers });
    const tokenOf = (path: string) => path.slice("/hooks/".length);
    await api.db.query("DELETE FROM source WHERE token_hash = $1", [hashSecret(tokenOf(gone.path))]);

    const answers = [];
    for (const path of [`/hooks/${makeSecret()}`, replaced.path, deleted.path, gone.path]) {
      const options = { key: null, body: { event: "website_created" } };
      const { reply, asked } = await statementsOf(() => api.call("POST", path, options));
      expect(asked).toEqual([{ name: TOKEN_LOOKUP, values: [hashSecret(tokenOf(path))], rows: 0 }]);
      answers.push(answerOf(reply));
    }
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
  });
});

/** Last: without it, all of the above would be the same because nothing is asked. */
test("an id of one's own asks for more, and a difference is seen", async () => {
  const { api, mine, theirs } = two;
  const ask = async (id: string | undefined) => {
    const { asked } = await statementsOf(() => api.call("GET", `/v1/deliveries/${id}`, { key: mine.key }));
    return names(asked.filter(({ name }) => name !== KEY_LOOKUP));
  };
  expect(await ask(mine.ids["dlv"])).not.toEqual(await ask(theirs.ids["dlv"]));
});
