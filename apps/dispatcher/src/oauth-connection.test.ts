import { defineAction, defineConnection, defineConnector, natural, oauth2 } from "@stellwerk/connector-kit";
import { openAuthorizationServer, type AuthorizationServer } from "@stellwerk/connector-kit/testing";
import { openTokenStore, replaceConnectionToken, resumeConnection } from "@stellwerk/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

interface Settings {
  readonly url: string;
}
interface Secrets {
  readonly clientSecret: string;
}

const connection = defineConnection<Settings, Secrets>({
  settings: z.object({ url: z.string() }),
  secrets: z.object({ clientSecret: z.string() }),
  auth: oauth2<Settings, Secrets>({
    grant: "authorization_code",
    authorizeUrl: ({ url }) => `${url}/authorize`,
    tokenUrl: ({ url }) => `${url}/token`,
    client: ({ secrets }) => ({ id: "app", secret: secrets.clientSecret }),
  }),
});
const text = { title: { en: "Cards", de: "Karten" }, summary: { en: "Cards.", de: "Karten." } };
const cards = defineConnector({
  id: "cards",
  ...text,
  hosts: ["127.0.0.1"],
  connection,
  actions: {
    put: defineAction({
      connection,
      ...text,
      input: z.object({}),
      repeat: natural("an upsert"),
      plan: (_input, { settings }) => ({
        method: "PUT",
        url: `${settings.url}/cards`,
        headers: {},
        body: "{}",
      }),
      samples: [],
    }),
  },
});

let scene: DispatcherScene;
let vendor: AuthorizationServer;

beforeEach(async () => {
  scene = await DispatcherScene.open();
  vendor = await openAuthorizationServer({ delayMs: 30 });
  await scene.seedInbox({ connector: "cards", action: "cards.put", settings: { url: vendor.url } });
  await scene.giveSecrets({ clientSecret: "app-secret-1f2e" });
  await openTokenStore(scene.tokenPlace).saveTokenIf(0, vendor.grant());
});
afterEach(async () => {
  await scene[Symbol.asyncDispose]();
  await vendor[Symbol.asyncDispose]();
});

const states = async () => (await scene.deliveries()).map((each) => each.state);

test("a token that the vendor refuses is renewed once for all that is under way, and stored", async () => {
  const { bus } = await scene.start({ connectors: [cards] });
  vendor.revoke();
  await bus.hand(Array.from({ length: 20 }, () => recordOf(scene.seed)));
  await eventually(async () => expect(await states()).toEqual(Array.from({ length: 20 }, () => "delivered")));
  expect(vendor.tokenRequests).toHaveLength(1);
  expect(await openTokenStore(scene.tokenPlace).loadToken()).toMatchObject({ version: 2 });
  const attempts = await scene.database.db.query("SELECT outcome FROM attempt");
  expect(attempts).toHaveLength(20);
});

test("an authorisation that was withdrawn holds everything, and goes on when somebody connects it again", async () => {
  const { bus } = await scene.start({ connectors: [cards] });
  vendor.revoke("all");
  await bus.hand([recordOf(scene.seed), recordOf(scene.seed)]);
  const paused = "SELECT paused_reason, paused_detail FROM connection";
  await eventually(async () => {
    expect(await scene.database.db.query(paused)).toMatchObject([
      { paused_reason: "auth", paused_detail: expect.stringContaining("Connect it again.") },
    ]);
  });
  expect(await states()).toEqual([null, null]);

  const asked = vendor.tokenRequests.length;
  await scene.change(async (tx) => {
    await replaceConnectionToken({ ...scene.tokenPlace, db: tx }, vendor.grant());
    await resumeConnection(tx, scene.seed.accountId, scene.seed.connectionId, { onlyStopped: false });
  });
  await scene.database.db.query("SELECT pg_notify('stellwerk_config', $1)", [scene.seed.accountId]);
  await eventually(async () => expect(await states()).toEqual(["delivered", "delivered"]));
  // The new token was taken from the store: nobody had to find out by a refusal.
  expect(vendor.tokenRequests).toHaveLength(asked);
  expect(vendor.apiRequests.slice(-2).map((each) => each.status)).toEqual([200, 200]);
});
