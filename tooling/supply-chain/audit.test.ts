import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkAdvisories } from "./check-advisories.ts";

const hole = {
  module_name: "qs",
  title: "a hole",
  severity: "high",
  url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
  github_advisory_id: "GHSA-aaaa-bbbb-cccc",
};
const today = new Date("2026-11-23");
const explained = { advisory: "GHSA-aaaa-bbbb-cccc", reason: "we never parse queries with it" };

test("an advisory is a failure until somebody explains it, and again when the time is over", () => {
  expect(checkAdvisories([hole], [], today)).toEqual([expect.stringMatching(/^high: qs: a hole/)]);
  expect(checkAdvisories([hole], [{ ...explained, until: "2027-01-01" }], today)).toEqual([]);
  const ended = checkAdvisories([hole], [{ ...explained, until: "2026-11-01" }], today);
  expect(ended).toEqual([expect.stringMatching(/ended on 2026-11-01/), expect.stringMatching(/^high: qs/)]);
});

test.each([
  [{ reason: " " }, "has no reason"],
  [{ until: "some day" }, "has no date"],
  [{ until: "2029-01-01" }, "at most 180 days"],
])("an exception with %j %s", (change, problem) => {
  const exception = { ...explained, until: "2027-01-01", ...change };
  expect(checkAdvisories([], [exception], today)).toEqual([expect.stringMatching(problem)]);
});

async function auditAt(answer: RequestListener): Promise<{ code: number | null; output: string }> {
  const registry = createServer(answer);
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  const { port } = registry.address() as AddressInfo;
  const child = spawn(process.execPath, [
    join(import.meta.dirname, "audit.ts"),
    `--registry=http://127.0.0.1:${port}/`,
  ]);
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  registry.close();
  registry.closeAllConnections();
  return { code, output };
}

test("what the registry knows of a package of ours fails the step, by name", async () => {
  const { code, output } = await auditAt((request, response) => {
    request.resume();
    const { title, severity, url } = hole;
    const advisory = { id: 1, url, title, severity, vulnerable_versions: "<99", cwe: [], cvss: { score: 7 } };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ qs: [advisory] }));
  });
  expect(output).toMatch(/high: qs: a hole/);
  expect(code).toBe(1);
}, 30_000);

test("a registry that does not tell fails nothing, and the reason is printed", async () => {
  const { code, output } = await auditAt((request, response) => {
    request.resume();
    response.statusCode = 405;
    response.end();
  });
  expect(output).toMatch(/^warning: known vulnerabilities were NOT looked up.*405/m);
  expect(code).toBe(0);
}, 30_000);
