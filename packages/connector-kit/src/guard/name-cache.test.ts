import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { openNameServer } from "../testing/index.ts";
import { NameCache } from "./name-cache.ts";

const ADDRESS = "93.184.215.14";

test("both families are asked and both answers told, IPv4 first", async () => {
  await using dns = await openNameServer(() => ({ addresses: ["2606:2800::1", ADDRESS] }));
  const names = new NameCache(dns);
  expect(await names.resolve("a.example")).toEqual({ ok: true, addresses: [ADDRESS, "2606:2800::1"] });
});

test("a hundred questions at once for one name are one, and an answer without a lifetime is not kept", async () => {
  await using dns = await openNameServer(() => ({ addresses: [ADDRESS] }), { ttlSeconds: 0 });
  const names = new NameCache(dns);
  await Promise.all(Array.from({ length: 100 }, () => names.resolve("a.example")));
  expect(dns.questions).toHaveLength(2);
  await names.resolve("a.example");
  expect(dns.questions).toHaveLength(4);
});

test("an answer is kept as long as its record says", async () => {
  await using dns = await openNameServer(() => ({ addresses: [ADDRESS] }), { ttlSeconds: 1 });
  const names = new NameCache(dns);
  await names.resolve("a.example");
  await names.resolve("a.example");
  expect(dns.questions).toHaveLength(2);
  await pause(1_050);
  await names.resolve("a.example");
  expect(dns.questions).toHaveLength(4);
});

test("a name that does not exist is known as such for a while", async () => {
  await using dns = await openNameServer(() => undefined);
  const names = new NameCache(dns);
  expect(await names.resolve("no.example")).toEqual({ ok: false, code: "ENOTFOUND" });
  await names.resolve("no.example");
  expect(dns.questions).toHaveLength(2);
});

test("a name without addresses is told apart from an answer that did not come", async () => {
  await using dns = await openNameServer((name) => (name === "hang.example" ? "hang" : { addresses: [] }));
  const names = new NameCache({ resolver: dns.resolver, deadlineMs: 50 });
  expect(await names.resolve("empty.example")).toEqual({ ok: false, code: "ENODATA" });
  expect(await names.resolve("hang.example")).toEqual({ ok: false, code: "ETIMEOUT" });
});

test("what is kept is bounded, the name unused for longest goes first", async () => {
  await using dns = await openNameServer(() => ({ addresses: [ADDRESS] }), { ttlSeconds: 60 });
  const names = new NameCache({ resolver: dns.resolver, maxNames: 2 });
  for (const name of ["a.example", "b.example", "a.example", "c.example"]) await names.resolve(name);
  dns.questions.splice(0);
  await names.resolve("a.example");
  expect(dns.questions).toEqual([]);
  await names.resolve("b.example");
  expect(dns.questions).toHaveLength(2);
});

test("a name that no name server can be asked for is an answer, not an exception", async () => {
  await using dns = await openNameServer(() => ({ addresses: [ADDRESS] }));
  const names = new NameCache(dns);
  expect(await names.resolve(`${"x".repeat(64)}.example`)).toEqual({ ok: false, code: "EBADNAME" });
  expect(dns.questions).toEqual([]);
});
