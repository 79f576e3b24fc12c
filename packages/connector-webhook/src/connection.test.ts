import { parseConnection } from "@stellwerk/connector-kit";
import type { Problem } from "@stellwerk/connector-kit";
import { describe, expect, test } from "vitest";
import { webhook } from "./index.ts";

const URL_OK = "https://hooks.example.com/hooks/1";
const SECRET_OK = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

function problemsOf(settings: unknown, secrets: unknown = { signingSecret: SECRET_OK }): readonly Problem[] {
  const parsed = parseConnection(webhook, { settings, secrets });
  return parsed.ok ? [] : parsed.problems;
}

function many(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, "v"]));
}

function make(): string {
  const raw = { settings: { url: URL_OK }, secrets: undefined };
  const parsed = parseConnection(webhook, raw, { makeSecrets: true });
  return parsed.ok ? (parsed.value.secrets as { signingSecret: string }).signingSecret : "";
}

describe("the address", () => {
  test.each([
    URL_OK,
    "http://localhost:3000",
    "https://hooks.zapier.com/hooks/catch/1/abc/?x=1",
    "https://münchen.example/weg",
    `https://a.example/${"x".repeat(2_030)}`,
  ])("%s is taken as it is", (url) => {
    expect(
      parseConnection(webhook, { settings: { url }, secrets: { signingSecret: SECRET_OK } }),
    ).toMatchObject({
      ok: true,
      value: { settings: { url } },
    });
  });

  test.each([
    ["", "is not a URL"],
    ["hooks.example.com/a", "is not a URL"],
    ["//hooks.example.com", "is not a URL"],
    ["ftp://hooks.example.com", "must be an http or https address"],
    ["javascript:alert(1)", "must be an http or https address"],
    ["file:///etc/passwd", "must be an http or https address"],
    ["https://user:s3cr3t@hooks.example.com", "must not contain a user name or password"],
    ["https://user@hooks.example.com", "must not contain a user name or password"],
    ["https://hooks.example.com/#a", "must not contain a fragment"],
    ["https://hooks.example.com/#", "must not contain a fragment"],
    [`https://hooks.example.com/${"x".repeat(2_048)}`, "is too long"],
  ])("%s is refused with a fix", (url, message) => {
    const problems = problemsOf({ url });
    expect(problems).toEqual([
      expect.objectContaining({ path: "settings.url", message, fix: expect.any(String) }),
    ]);
    expect(JSON.stringify(problems)).not.toContain("s3cr3t");
  });

  test("is required, and a misspelt field is named", () => {
    expect(problemsOf({ ulr: URL_OK })).toEqual([
      expect.objectContaining({ path: "settings.url", message: "is required" }),
      expect.objectContaining({ path: "settings", expected: expect.stringContaining('"ulr"') }),
    ]);
  });
});

describe("a header", () => {
  test("is kept in lower case", () => {
    const parsed = parseConnection(webhook, {
      settings: { url: URL_OK, headers: { "X-Team": " launch " } },
      secrets: { signingSecret: SECRET_OK },
    });
    expect(parsed).toMatchObject({ value: { settings: { headers: { "x-team": "launch" } } } });
  });

  test.each([
    "Host",
    "content-length",
    "Content-Type",
    "transfer-encoding",
    "connection",
    "user-agent",
    "upgrade",
    "TE",
    "trailer",
    "keep-alive",
    "expect",
    "proxy-authorization",
    "traceparent",
    "Webhook-Id",
    "webhook-signature",
    "ce-id",
  ])("%s is ours, plain or secret", (name) => {
    const headers = { [name]: "x" };
    expect(problemsOf({ url: URL_OK, headers })).toEqual([
      expect.objectContaining({ message: "is set by us" }),
    ]);
    expect(problemsOf({ url: URL_OK }, { signingSecret: SECRET_OK, headers })).toHaveLength(1);
  });

  test.each(["a b", "", "ä", "x:y", "x\r\ny"])("named %j is refused", (name) => {
    expect(problemsOf({ url: URL_OK, headers: { [name]: "x" } })).toHaveLength(1);
  });

  test.each(["a\r\nx-evil: 1", "a\nb", "\u0000", "ü", "x".repeat(4_097)])(
    "with the value %j is refused",
    (value) => {
      expect(problemsOf({ url: URL_OK, headers: { "x-a": value } })).toEqual([
        expect.objectContaining({ path: "settings.headers.x-a" }),
      ]);
    },
  );

  test("twice in different case is refused, and so is the 21st", () => {
    expect(problemsOf({ url: URL_OK, headers: { "X-A": "1", "x-a": "2" } })).toEqual([
      expect.objectContaining({ message: "is there twice" }),
    ]);
    expect(problemsOf({ url: URL_OK, headers: many(20) })).toEqual([]);
    expect(problemsOf({ url: URL_OK, headers: many(21) })).toEqual([
      expect.objectContaining({ received: "21" }),
    ]);
  });

  test.each(["Authorization", "cookie", "X-Api-Key", "apikey", "x-auth-token", "X-Secret"])(
    "that looks like a credential (%s) belongs to the secrets",
    (name) => {
      const headers = { [name]: "canary-1234" };
      const problems = problemsOf({ url: URL_OK, headers });
      expect(problems).toEqual([
        expect.objectContaining({
          message: "looks like a credential",
          fix: expect.stringContaining("secrets.headers"),
        }),
      ]);
      expect(JSON.stringify(problems)).not.toContain("canary-1234");
      expect(problemsOf({ url: URL_OK }, { signingSecret: SECRET_OK, headers })).toEqual([]);
    },
  );
});

describe("the signing secret", () => {
  test("is made when it is left out, a new one each time", () => {
    const first = make();
    expect(first).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(make()).not.toBe(first);
  });

  test.each([24, 64])("of %d bytes is taken", (bytes) => {
    const signingSecret = `whsec_${Buffer.alloc(bytes, 255).toString("base64")}`;
    expect(problemsOf({ url: URL_OK }, { signingSecret })).toEqual([]);
  });

  test.each([
    ["is too short", `whsec_${Buffer.alloc(23).toString("base64")}`],
    ["is too long", `whsec_${Buffer.alloc(65).toString("base64")}`],
    ["has no prefix", Buffer.alloc(32).toString("base64")],
    ["is not base64", `whsec_${"*".repeat(44)}`],
    ["is base64url", `whsec_${Buffer.alloc(32, 255).toString("base64url")}`],
    ["is missing", undefined],
  ])("that %s is refused and not repeated", (_name, signingSecret) => {
    const problems = problemsOf({ url: URL_OK }, { signingSecret });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toBe("secrets.signingSecret");
    expect(JSON.stringify(problems)).not.toContain(signingSecret?.slice(6, 40) ?? "whsec_x");
  });
});
