import { parseConnection } from "@stellwerk/connector-kit";
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { describe, expect, test } from "vitest";
import { webhook } from "./index.ts";
import { send } from "./testing/send.ts";

function problemsOf(secrets: Record<string, unknown>) {
  const raw = { settings: { url: "https://a.example" }, secrets };
  const parsed = parseConnection(webhook, raw, { makeSecrets: true });
  return parsed.ok ? [] : parsed.problems;
}

describe.each([
  ["a bearer token", { bearerToken: "canary-token/1" }, "Bearer canary-token/1", "Bearer ••••"],
  [
    "a user name and password",
    { basicAuth: { username: "canary-user", password: "canary:pässword" } },
    `Basic ${Buffer.from("canary-user:canary:pässword").toString("base64")}`,
    "Basic ••••",
  ],
  [
    "a key as user name",
    { basicAuth: { username: "canary-key", password: "" } },
    "Basic Y2FuYXJ5LWtleTo=",
    "Basic ••••",
  ],
  [
    "a scheme of its own",
    { headers: { authorization: "Canary-Scheme canary-value" } },
    "Canary-Scheme canary-value",
    "••••",
  ],
])("%s", (_name, secrets, header, shown) => {
  test("is sent, and shown as dots wherever it turns up", async () => {
    await using receiver = await openReceiver((response, request) =>
      response.writeHead(401).end(`${request.headers.authorization} ${JSON.stringify(secrets)}`),
    );
    const { result } = await send({ url: receiver.url, secrets });
    expect(receiver.requests[0]?.headers.authorization).toBe(header);
    expect(result.request?.headers["authorization"]).toBe(shown);
    const recorded = JSON.stringify(result) + String(result.reply?.body);
    expect(recorded).not.toContain("canary-");
    expect(recorded).not.toContain(header);
  });

  test("goes with the other secret headers", async () => {
    await using receiver = await openReceiver();
    const headers = { "x-api-key": "abc123", ...("headers" in secrets ? secrets.headers : {}) };
    await send({ url: receiver.url, secrets: { ...secrets, headers } });
    expect(receiver.requests[0]?.headers).toMatchObject({ authorization: header, "x-api-key": "abc123" });
  });
});

test.each([
  ["bearerToken", { bearerToken: "" }],
  ["bearerToken", { bearerToken: "Bearer abc" }],
  ["bearerToken", { bearerToken: "abc\r\nx-evil: 1" }],
  ["bearerToken", { bearerToken: "ü" }],
  ["bearerToken", { bearerToken: "x".repeat(4_097) }],
  ["basicAuth.username", { basicAuth: { username: "a:b", password: "x" } }],
  ["basicAuth.username", { basicAuth: { username: "a\nb", password: "x" } }],
  ["basicAuth.password", { basicAuth: { username: "a", password: "x\r\ny" } }],
  ["basicAuth.password", { basicAuth: { username: "a", password: "\ud800" } }],
  ["basicAuth.password", { basicAuth: { username: "a" } }],
])("%s that cannot be sent is refused and not repeated: %j", (path, secrets) => {
  const problems = problemsOf(secrets);
  expect(problems).toMatchObject([{ path: `secrets.${path}` }]);
  expect(JSON.stringify(problems)).not.toMatch(/evil|a:b|x\\r/);
});

test("two ways to authorise at once are refused", () => {
  const basicAuth = { username: "a", password: "b" };
  const two = [
    { bearerToken: "abc", basicAuth },
    { bearerToken: "abc", headers: { Authorization: "Basic x" } },
    { basicAuth, headers: { authorization: "Bearer x" } },
  ];
  for (const secrets of two) {
    expect(problemsOf(secrets)).toMatchObject([{ message: "is one way to authorise too many" }]);
  }
});
