import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

test("a program on this machine reads the metrics without a key", async () => {
  const reply = await api.call("GET", "/metrics", { key: null });
  expect(reply.status).toBe(200);
  expect(reply.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(reply.bytes.toString()).toContain("target_info{service_name=");
});

test("whoever comes through a proxy does not, whatever key they have", async () => {
  for (const header of ["x-forwarded-for", "forwarded", "via", "x-real-ip"]) {
    const reply = await api.call("GET", "/metrics", { headers: { [header]: "203.0.113.7" } });
    expect(reply.status).toBe(403);
    expect(reply.body.errors[0].fix).toContain("STELLWERK_METRICS_TOKEN");
  }
});
