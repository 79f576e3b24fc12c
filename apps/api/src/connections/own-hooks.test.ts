import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ publicUrl: "https://hooks.example.com" });
});
afterAll(() => api[Symbol.asyncDispose]());

function connect(url: string) {
  return api.call("POST", "/v1/connections", {
    body: { connector: "webhook", name: "Loop", settings: { url } },
  });
}

test.each(["https://hooks.example.com/hooks/abc", "http://HOOKS.example.com/hooks/abc?x=1"])(
  "a webhook to a hook URL of ours is refused, because it would never end: %s",
  async (url) => {
    const refused = await connect(url);
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toMatchObject([{ path: "settings.url", received: "a hook URL of ours" }]);
  },
);

test("any other address of the same server is fine", async () => {
  expect((await connect("https://hooks.example.com/receive")).status).toBe(201);
});
