import { expect, test } from "vitest";
import { createLog } from "./create-log.ts";

function capture() {
  const lines: string[] = [];
  const log = createLog({ name: "test", destination: { write: (line: string) => void lines.push(line) } });
  return { log, lines };
}

test("a line says who, when and how bad in plain words", () => {
  const { log, lines } = capture();
  log.info({ account: "acc_1" }, "event accepted");
  const line = JSON.parse(lines[0]!) as Record<string, unknown>;
  expect(line).toMatchObject({ level: "info", name: "test", account: "acc_1", msg: "event accepted" });
  expect(line["time"]).toMatch(/^\d{4}-\d{2}-\d{2}T/);
});

test("a key or token inside a logged object is not shown", () => {
  const { log, lines } = capture();
  log.info(
    { token: "canary", headers: { authorization: "Bearer canary" }, req: { headers: { cookie: "canary" } } },
    "x",
  );
  expect(lines.join("")).not.toContain("canary");
});

test("an error says what it is, but not which row of the database it was about", () => {
  const { log, lines } = capture();
  const error = Object.assign(new Error("duplicate key"), {
    code: "23505",
    detail: "Key (body)=(canary) already exists.",
    where: "JSON data, line 1: canary",
  });
  log.warn({ err: error }, "refused");
  log.warn({ err: new Error("outer", { cause: error }) }, "refused");
  expect(lines.join("")).not.toContain("canary");
  expect(JSON.parse(lines[0]!)).toMatchObject({ err: { message: "duplicate key", code: "23505" } });
});

test("what is deep inside an error is not shown either", () => {
  const { log, lines } = capture();
  const row = Object.assign(new Error("duplicate key"), { detail: "canary", where: "canary" });
  log.warn({ err: new AggregateError([row, row], "both failed") }, "refused");
  log.warn({ error: row }, "refused");
  const request = { options: { headers: { authorization: "canary", cookie: "canary" }, secret: "canary" } };
  log.warn(
    { err: Object.assign(new Error("away"), { request, response: [{ token: "canary" }] }) },
    "refused",
  );
  log.warn({ err: "just a text", error: null }, "refused");
  expect(JSON.parse(lines[3] ?? "")).toMatchObject({ err: "just a text", error: null });
  expect(lines).toHaveLength(4);
  expect(lines.join("")).not.toContain("canary");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    err: {
      message: "both failed",
      aggregateErrors: [{ message: "duplicate key" }, { message: "duplicate key" }],
    },
  });
  expect(JSON.parse(lines[2] ?? "")).toMatchObject({ err: { message: "away" } });
});
