/**
 * Every route × every id of another account, from the route table: in the path, in the query and in the body. It is
 * answered as an id that nobody has, tells nothing, and changes nothing of the other account.
 */
import { formatId, newUuid } from "@stellwerk/delivery";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type IdPlace, idPlaces } from "../testing/apart/route-places.ts";
import { dumpAccount, MARK, openTwoAccounts, type TwoAccounts } from "../testing/apart/two-accounts.ts";
import type { Reply } from "../testing/open-test-api.ts";

let two: TwoAccounts;
let adminKey: string;
beforeAll(async () => {
  two = await openTwoAccounts();
  const { body } = await two.api.call("POST", "/v1/keys", {
    body: { name: "Admin of ours", scopes: ["admin"] },
    headers: two.mine.headers,
  });
  adminKey = body.key;
});
afterAll(() => two[Symbol.asyncDispose]());

/** What tells two answers apart, without what belongs to the request: its own id, and the id that was asked for. */
function essence(reply: Reply, asked: string) {
  const text = reply.bytes
    .toString()
    .replaceAll(/"requestId":"[^"]*"/g, "")
    .replaceAll(asked, "ID");
  const headers = [...reply.headers.keys()].filter((name) => name !== "date" && name !== "content-length");
  return { status: reply.status, type: reply.headers.get("content-type"), headers, text };
}

const places = idPlaces();

test("the places were found", () => {
  const names = places.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      "GET /v1/sources/{id} {id}",
      "DELETE /v1/keys/{id} {id}",
      "GET /v1/deliveries?event=",
      "GET /v1/events?source=",
      "POST /v1/subscriptions body.connectionId",
      "PATCH /v1/subscriptions/{id} body.connectionId",
    ]),
  );
  expect(names.length).toBeGreaterThan(20);
});

describe.each(["a key of another account", "an admin key that names no other account"])("%s", (who) => {
  const keyOf = () => (who.startsWith("an admin") ? adminKey : two.mine.key);

  test.each(places.map((place): [string, IdPlace] => [place.name, place]))("%s", async (_name, place) => {
    const { api, mine, theirs } = two;
    const known = theirs.ids[place.prefix];
    expect(known, `the other account has no ${place.prefix}_`).toBeDefined();
    const unknown = formatId(place.prefix, newUuid());
    const before = await dumpAccount(api, theirs.accountId);
    const ask = async (id: string) => {
      const { path, body } = place.call(id, mine.ids);
      return essence(
        await api.call(place.route.method, path, { key: keyOf(), ...(body !== undefined && { body }) }),
        id,
      );
    };
    const [theirsAnswer, unknownAnswer] = [await ask(known!), await ask(unknown)];
    expect(theirsAnswer).toEqual(unknownAnswer);
    expect(theirsAnswer.text).not.toContain(MARK);
    const others = Object.values(theirs.ids).filter((id) => id !== known);
    for (const id of others) expect(theirsAnswer.text).not.toContain(id);
    // A filter finds nothing (an export is empty then); everything else says that there is no such thing.
    const isFilter = place.name.endsWith("=");
    const isEmpty = theirsAnswer.text === "" || theirsAnswer.text.includes('"items":[]');
    expect(isFilter ? [200] : [400, 404]).toContain(theirsAnswer.status);
    expect(isEmpty).toBe(isFilter);
    expect(await dumpAccount(api, theirs.accountId)).toEqual(before);
  });
});

test("lists show the own account alone", async () => {
  const { api, mine } = two;
  for (const path of ["sources", "connections", "subscriptions", "events", "deliveries", "keys"]) {
    const { status, bytes, body } = await api.call("GET", `/v1/${path}`, { key: mine.key });
    expect.soft({ path, status, count: body.items.length > 0 }).toEqual({ path, status: 200, count: true });
    expect.soft(bytes.toString()).not.toContain(MARK);
  }
});

test("a cursor of another account is refused like one that nobody gave out", async () => {
  const { api, mine, theirs } = two;
  await api.call("POST", "/v1/sources", { key: theirs.key, body: { name: `Second ${MARK}`, kind: "api" } });
  const { body } = await api.call("GET", "/v1/sources?limit=1", { key: theirs.key });
  expect(body.next).toEqual(expect.any(String));
  const foreign = await api.call("GET", `/v1/sources?cursor=${body.next}`, { key: mine.key });
  const invented = await api.call("GET", "/v1/sources?cursor=AAAA", { key: mine.key });
  expect(foreign.status).toBe(400);
  expect(foreign.body.errors[0].path).toBe(invented.body.errors[0].path);
  expect(foreign.bytes.toString()).not.toContain(MARK);
});

test("two accounts use the same idempotency key without meeting", async () => {
  const { api, mine, theirs } = two;
  const headers = { "idempotency-key": "the-same-for-both" };
  const make = (key: string, name: string) =>
    api.call("POST", "/v1/sources", { key, headers, body: { name, kind: "form" } });
  const [ours, other] = [await make(mine.key, "Form"), await make(theirs.key, `Form ${MARK}`)];
  expect([ours.status, other.status]).toEqual([201, 201]);
  expect(ours.body.id).not.toBe(other.body.id);
  expect(ours.bytes.toString()).not.toContain(MARK);
});

test("the Stellwerk-Account header opens nothing for a key that is no admin's", async () => {
  const { api, mine, theirs } = two;
  const answers = [];
  for (const account of [theirs.ids["acc"]!, formatId("acc", newUuid()), "acc_nonsense"]) {
    for (const [method, path] of [
      ["GET", "/v1/sources"],
      ["POST", "/v1/sources"],
      ["POST", "/v1/events"],
    ] as const) {
      const body = method === "POST" ? { name: "x", kind: "api", type: "x", data: {} } : undefined;
      const options = { key: mine.key, headers: { "stellwerk-account": account }, ...(body && { body }) };
      answers.push(essence(await api.call(method, path, options), account));
    }
  }
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
});

/** Last: it ends what it asks for. Without it all of the above could be answered 404 for whatever reason. */
test("the same calls with an id of one's own find it", async () => {
  const { api, mine } = two;
  const order = ["GET", "POST", "PATCH", "DELETE"];
  const inOrder = places.toSorted((a, b) => order.indexOf(a.route.method) - order.indexOf(b.route.method));
  // What anybody may ask for tells no account from another; who has public keys is for connections/signing.test.ts.
  const ofAccounts = inOrder.filter(({ route }) => route.scope !== "admin" && route.scope !== "none");
  for (const place of ofAccounts) {
    const { path, body } = place.call(mine.ids[place.prefix]!, mine.ids);
    const options = { headers: mine.headers, ...(body !== undefined && { body }) };
    const { status, bytes } = await api.call(place.route.method, path, options);
    expect.soft([200, 201, 202, 204, 409], `${place.name}: ${bytes.toString()}`).toContain(status);
  }
});
