/**
 * An id of another account takes as long as one that nobody has. Asked in pairs, in turns: whatever else the machine
 * does slows both alike, so what counts is how often the one was slower than the other.
 */
import { formatId, type IdPrefix, newUuid } from "@stellwerk/delivery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { idPlaces } from "../testing/apart/route-places.ts";
import { openTwoAccounts, type TwoAccounts } from "../testing/apart/two-accounts.ts";

let two: TwoAccounts;
beforeAll(async () => {
  two = await openTwoAccounts({ limits: { ratePerKey: 0 } });
});
afterAll(() => two[Symbol.asyncDispose]());

const PAIRS = 100;
/** Until every connection has prepared its statements. */
const WARM_UP = 20;
/** By chance, 100 pairs are further from a half than this once in 15,000 times. */
const AS_OFTEN = { atLeast: 0.3, atMost: 0.7 };

/** The share of pairs in which `known` took longer than an id that nobody has. */
async function shareSlower(path: (id: string) => string, prefix: IdPrefix, known: string): Promise<number> {
  const take = async (id: string) => {
    const startedAt = performance.now();
    await two.api.call("GET", path(id), { key: two.mine.key });
    return performance.now() - startedAt;
  };
  let slower = 0;
  for (let pair = -WARM_UP; pair < PAIRS; pair += 1) {
    const unknown = formatId(prefix, newUuid());
    const isFirst = pair % 2 === 0;
    const first = await take(isFirst ? known : unknown);
    const second = await take(isFirst ? unknown : known);
    if (pair >= 0 && (isFirst ? first > second : second > first)) slower += 1;
  }
  return slower / PAIRS;
}

const places = idPlaces().filter(({ route, name }) => route.method === "GET" && name.endsWith("}"));

test.each(places.map((place) => ({ place, name: place.name })))("$name", async ({ place }) => {
  const share = await shareSlower(
    (id) => place.call(id, {}).path,
    place.prefix,
    two.theirs.ids[place.prefix]!,
  );
  expect(share).toBeGreaterThanOrEqual(AS_OFTEN.atLeast);
  expect(share).toBeLessThanOrEqual(AS_OFTEN.atMost);
});

test("one more look into the database is seen by this measure, also on a busy machine", async () => {
  const share = await shareSlower((id) => `/v1/deliveries/${id}`, "dlv", two.mine.ids["dlv"]!);
  expect(share).toBeGreaterThan(0.6);
});
