import { expect, test } from "vitest";
import { describeUnknown } from "./unknown-address.ts";

const unknown = describeUnknown([
  { method: "GET", path: "/livez" },
  { method: "GET", path: "/v1/sources" },
  { method: "POST", path: "/v1/sources" },
  { method: "GET", path: "/v1/sources/{id}" },
  { method: "GET", path: "/v1/subscriptions" },
  { method: "POST", path: "/hooks/{token}" },
]);

test.each([
  ["/v1/source", "GET /v1/sources, POST /v1/sources"],
  ["/v1/sorces/src_1", "GET /v1/sources/{id}"],
  ["/v1/subscription", "GET /v1/subscriptions"],
  ["/live", "GET /livez"],
  ["/hooks", "POST /hooks/{token}"],
])("%s: did you mean %s", (path, expected) => {
  expect(unknown(path).problem.errors?.[0]).toMatchObject({ expected });
});

test("an address of any length is compared in no time", () => {
  const startedAt = performance.now();
  for (let count = 0; count < 100; count += 1) unknown(`/v1/${"x".repeat(10_000)}${"/".repeat(5_000)}`);
  expect(performance.now() - startedAt).toBeLessThan(500);
});
