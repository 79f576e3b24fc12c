import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createSealer,
  deleteConnection,
  forgetExpiredOAuthStates,
  keepOAuthState,
  openTokenStore,
  readSecretKey,
  replaceConnectionToken,
  resealAll,
  takeOAuthState,
  type TokenPlace,
} from "./index.ts";
import { openTestDatabase, seedAccount, type TestDatabase } from "./testing/index.ts";

const key = () => readSecretKey(randomBytes(32).toString("base64"));
const current = key();
const sealer = createSealer({ current });
const token = (name: string) => ({ accessToken: `access-${name}`, refreshToken: `refresh-${name}` });

let database: TestDatabase;
let place: TokenPlace;

afterEach(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  database = await openTestDatabase();
  const { accountId, connectionId } = await seedAccount(database.db);
  place = { db: database.db, sealer, accountId, connectionId };
  // The seed's token is not sealed at all.
  await database.db.query("UPDATE source SET token_sealed = NULL");
});

describe("a token", () => {
  test("is written by whoever knows the newest version, and by nobody else", async () => {
    const store = openTokenStore(place);
    expect(await store.loadToken()).toBeUndefined();
    expect(await store.saveTokenIf(1, token("none"))).toBe(false);
    expect(await store.saveTokenIf(0, token("1"))).toBe(true);
    expect(await store.saveTokenIf(0, token("late"))).toBe(false);
    expect(await store.saveTokenIf(1, token("2"))).toBe(true);
    expect(await store.loadToken()).toEqual({ version: 2, token: token("2") });
  });

  test("of twenty who renew at once one wins", async () => {
    const store = openTokenStore(place);
    await store.saveTokenIf(0, token("1"));
    const wins = await Promise.all(Array.from({ length: 20 }, (_, n) => store.saveTokenIf(1, token(`${n}`))));
    expect(wins.filter(Boolean)).toHaveLength(1);
    expect(await store.loadToken()).toEqual({ version: 2, token: token(String(wins.indexOf(true))) });
  });

  test("that a person connected anew stays, whatever a refresh of the old one brings", async () => {
    const store = openTokenStore(place);
    await store.saveTokenIf(0, token("1"));
    await replaceConnectionToken(place, token("new"));
    expect(await store.saveTokenIf(1, token("refreshed"))).toBe(false);
    expect(await store.loadToken()).toEqual({ version: 2, token: token("new") });
  });

  test("is gone with its connection, and does not come back", async () => {
    const store = openTokenStore(place);
    await store.saveTokenIf(0, token("1"));
    await deleteConnection(database.db, place.accountId, { id: place.connectionId, version: 1 });
    expect(await store.loadToken()).toBeUndefined();
    expect(await store.saveTokenIf(1, token("2"))).toBe(false);
    expect(await store.saveTokenIf(0, token("2"))).toBe(false);
  });

  test("lies sealed, for this connection alone, and follows a rotation of the key", async () => {
    await openTokenStore(place).saveTokenIf(0, token("1"));
    const [row] = await database.db.query<{ sealed: Buffer }>(
      "SELECT token_sealed AS sealed FROM connection_token WHERE connection_id = $1",
      [place.connectionId],
    );
    expect(row!.sealed.includes("access-1")).toBe(false);

    const next = createSealer({ current: key(), others: [current] });
    await keepOAuthState(place, { state: "s-rotation", verifier: "v", redirectUri: "https://x.example" });
    const { unopened } = await resealAll(database.db, next);
    expect(unopened).toEqual([]);
    const rotated = { ...place, sealer: createSealer({ current: key() }) };
    await expect(openTokenStore(rotated).loadToken()).rejects.toThrow("not among ours");
    expect(await openTokenStore({ ...place, sealer: next }).loadToken()).toMatchObject({ token: token("1") });
    await expect(openTokenStore(place).loadToken()).rejects.toThrow("not among ours");
    expect(await takeOAuthState(database.db, next, "s-rotation")).toMatchObject({ verifier: "v" });
  });

  test("and its connection, which have one id, are both sealed anew whatever the size of a batch", async () => {
    const fresh = createSealer({ current: key() });
    const later = createSealer({ current: key() });
    const { accountId } = place;
    await database.db.query(
      `INSERT INTO connection (id, account_id, connector, name, settings, secrets_sealed)
       SELECT gen_random_uuid(), $1, 'inbox', 'n', '{}', $2 FROM generate_series(1, 300)`,
      [accountId, fresh.seal("x", "wherever")],
    );
    await database.db.query(
      `INSERT INTO connection_token (connection_id, account_id, version, token_sealed)
       SELECT id, account_id, 1, $1 FROM connection WHERE secrets_sealed IS NOT NULL`,
      [fresh.seal("x", "wherever")],
    );
    // One without a token: the batches of 200 then end between a connection and its token.
    const [alone] = await database.db.query<{ id: string }>(
      `DELETE FROM connection_token
       WHERE connection_id = (SELECT connection_id FROM connection_token ORDER BY connection_id LIMIT 1)
       RETURNING connection_id AS id`,
    );
    // None can be opened here, so each is told of exactly once.
    const { unopened } = await resealAll(database.db, later);
    const told = (where: string) => unopened.filter((each) => each.place === where).map((each) => each.id);
    expect(new Set([...told("token"), alone!.id])).toEqual(new Set(told("connection")));
    expect(told("token")).toHaveLength(299);
  });
});

describe("a state on its way", () => {
  const started = { state: "state-1", verifier: "verifier-1", redirectUri: "https://x.example/callback" };

  test("is taken once, by whoever comes first", async () => {
    await keepOAuthState(place, started);
    const taken = await Promise.all(
      Array.from({ length: 5 }, () => takeOAuthState(database.db, sealer, started.state)),
    );
    const { accountId, connectionId } = place;
    expect(taken.filter((each) => each !== undefined)).toEqual([
      { accountId, connectionId, verifier: "verifier-1", redirectUri: started.redirectUri },
    ]);
  });

  test("that nobody sent out, or that took too long, is none", async () => {
    expect(await takeOAuthState(database.db, sealer, "guessed")).toBeUndefined();
    await keepOAuthState(place, { ...started, state: "slow" });
    await keepOAuthState(place, { ...started, state: "forgotten" });
    await database.db.query("UPDATE oauth_state SET expires_at = now() - interval '1 second'");
    expect(await takeOAuthState(database.db, sealer, "slow")).toBeUndefined();
    expect(await forgetExpiredOAuthStates(database.db)).toBe(1);
  });
});
