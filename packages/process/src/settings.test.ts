import { expect, test } from "vitest";
import { z } from "zod";
import { describeSettings, readSettings, setting, SettingsError, stellwerkSettings } from "./index.ts";

const shape = {
  PORT: setting(z.coerce.number().int().min(0).max(65_535).default(8080), {
    help: "Where it listens.",
    expected: "a port from 0 to 65535",
  }),
  DATABASE_URL: setting(z.url({ protocol: /^postgres(ql)?$/ }), {
    help: "The database.",
    expected: "postgres://user:password@host:5432/name",
    secret: true,
  }),
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(shape, environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

test("takes what is given and the defaults for the rest", () => {
  expect(readSettings(shape, { DATABASE_URL: "postgres://a/b", PORT: " ", OTHER: "x" })).toEqual({
    PORT: 8080,
    DATABASE_URL: "postgres://a/b",
  });
});

test("tells all problems at once: the name, what came, what was expected", () => {
  expect(problemsOf({ PORT: "abc" })).toEqual([
    'PORT is "abc"; expected a port from 0 to 65535.',
    "DATABASE_URL is not set; expected postgres://user:password@host:5432/name.",
  ]);
});

test("never repeats a secret", () => {
  expect(problemsOf({ DATABASE_URL: "hunter2" }).join()).not.toContain("hunter2");
  // Nor what is long enough to be one that was put into the wrong variable.
  const key = "hunter2-".repeat(5);
  expect(problemsOf({ DATABASE_URL: "postgres://a/b", PORT: key })).toEqual([
    "PORT is not usable; expected a port from 0 to 65535.",
  ]);
});

test("describes every setting with its default", () => {
  expect(describeSettings(shape).map((row) => [row.name, row.default])).toEqual([
    ["PORT", "8080"],
    ["DATABASE_URL", ""],
  ]);
});

function readProxies(text: string): readonly string[] | undefined {
  const { STELLWERK_TRUSTED_PROXIES } = stellwerkSettings;
  return readSettings({ STELLWERK_TRUSTED_PROXIES }, { STELLWERK_TRUSTED_PROXIES: text })
    .STELLWERK_TRUSTED_PROXIES;
}

test("trusted proxies are addresses and networks", () => {
  expect(readProxies("10.0.0.0/8, ::1,2001:db8::/32")).toEqual(["10.0.0.0/8", "::1", "2001:db8::/32"]);
});

test.each(["192.0.2.1/33", "10.0.0.0/8/8", "10.0.0/8", "proxy.internal", "10.0.0.0/8,", "*"])(
  "%s is no list of trusted proxies",
  (text) => {
    expect(() => readProxies(text)).toThrow("expected addresses and networks such as 10.0.0.0/8");
  },
);

test("allowed addresses are addresses and networks; a host name is none, because its address may change", () => {
  const { STELLWERK_ALLOW_ADDRESSES } = stellwerkSettings;
  const read = (text: string) =>
    readSettings({ STELLWERK_ALLOW_ADDRESSES }, { STELLWERK_ALLOW_ADDRESSES: text })
      .STELLWERK_ALLOW_ADDRESSES;
  expect(read("127.0.0.0/8, ::1,10.1.2.3")).toEqual(["127.0.0.0/8", "::1", "10.1.2.3"]);
  for (const text of [
    "localhost",
    "127.0.0.1:8080",
    "10.1",
    "010.0.0.1",
    "[::1]",
    "127.0.0.1;::1",
    "10.0.0.0/33",
    "*",
  ]) {
    expect(() => read(`10.0.0.0/8,${text}`)).toThrow("expected addresses and networks such as 10.1.0.0/16");
  }
});
