import { describe, expect, test } from "vitest";
import { ConnectorDefinitionError, finishAuthorization, oauth2, startAuthorization } from "../index.ts";
import { openClient } from "../testing/client.ts";
import { openAuthorizationServer } from "../testing/index.ts";
import { byCode, connectorWith, REDIRECT, SECRETS } from "../testing/oauth-scene.ts";

async function connect(clientIn: "body" | "header") {
  const vendor = await openAuthorizationServer({ expiresInSeconds: 3_600 });
  const client = openClient();
  if (byCode.grant !== "authorization_code") throw new Error("not this one");
  const auth = { ...byCode, clientIn };
  const { connector } = connectorWith(auth);
  const parts = {
    connector,
    auth,
    settings: { url: vendor.url },
    secrets: SECRETS,
    http: client.http,
  };
  return {
    vendor,
    parts,
    start: () => startAuthorization(parts, REDIRECT),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await vendor[Symbol.asyncDispose]();
    },
  };
}

describe("a person connects", () => {
  test.each(["body", "header"] as const)("with the client in the %s", async (clientIn) => {
    await using scene = await connect(clientIn);
    const started = scene.start();
    expect(new URL(started.url).searchParams.get("scope")).toBe("cards:write cards:read");
    expect(started.url).not.toContain(started.verifier);
    const { code, state } = scene.vendor.agree(started.url);
    expect(state).toBe(started.state);
    const finished = await finishAuthorization(scene.parts, { code, redirectUri: REDIRECT, ...started });
    expect(finished).toMatchObject({
      ok: true,
      token: {
        accessToken: expect.stringMatching(/^access-/),
        refreshToken: expect.stringMatching(/^refresh-/),
        extra: { instance_url: "https://eu1.vendor.example" },
      },
    });
  });

  test("a stolen code is worth nothing without the verifier, and a used one nothing at all", async () => {
    await using scene = await connect("body");
    const [mine, theirs] = [scene.start(), scene.start()];
    const { code } = scene.vendor.agree(mine.url);
    const finish = (verifier: string) =>
      finishAuthorization(scene.parts, { code, redirectUri: REDIRECT, verifier });
    const refused = { ok: false, outcome: { kind: "auth", reason: "authorization_ended" } };
    expect(await finish(theirs.verifier)).toMatchObject(refused);
    expect(await finish(mine.verifier)).toMatchObject(refused);
    expect(JSON.stringify(await finish(mine.verifier))).not.toContain(code);
  });

  test("two starts never share a state or a verifier", async () => {
    await using scene = await connect("body");
    const [one, two] = [scene.start(), scene.start()];
    expect(new Set([one.state, two.state, one.verifier, two.verifier]).size).toBe(4);
  });
});

test.each([
  ["two scopes in one", { scopes: ["a b"] }, "one scope an entry"],
  ["an address that is none", { tokenUrl: "vendor/token" }, "is not a URL"],
])("a definition that cannot work is refused: %s", (_name, wrong, message) => {
  const define = () =>
    oauth2({
      grant: "client_credentials",
      tokenUrl: "https://v.example/t",
      client: () => ({ id: "a" }),
      ...wrong,
    });
  expect(define).toThrow(ConnectorDefinitionError);
  expect(define).toThrow(message);
});
