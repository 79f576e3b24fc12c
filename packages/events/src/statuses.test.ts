import { describe, expect, test } from "vitest";
import { canonicalStatus, statuses, statusKey } from "./index.ts";

describe("statuses", () => {
  test("are the platform's thirteen, in the order of its board", () => {
    expect(statuses.map(({ name }) => name)).toEqual([
      "Lead",
      "Interest",
      "Preparation",
      "Approval",
      "Assign",
      "Creation",
      "Audit",
      "Feedback",
      "Revision",
      "Publish",
      "Change",
      "Done",
      "Redesign",
    ]);
  });

  test("four of them cannot be switched off", () => {
    expect(statuses.filter(({ mandatory }) => mandatory).map(({ name }) => name)).toEqual([
      "Preparation",
      "Creation",
      "Feedback",
      "Done",
    ]);
  });
});

describe("canonicalStatus", () => {
  test.each(statuses)(
    "$name is found by its English and German name in any case",
    ({ name, title, aliases }) => {
      for (const text of [name, title.de, ...aliases]) {
        expect(canonicalStatus(text)).toBe(name);
        expect(canonicalStatus(text.toUpperCase())).toBe(name);
        expect(canonicalStatus(`  ${text.toLowerCase()} `)).toBe(name);
      }
    },
  );

  test("no alias means two statuses", () => {
    const all = statuses.flatMap(({ name, title, aliases }) => [
      ...new Set([name, title.de, ...aliases].map((text) => text.toLowerCase())),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  test.each([
    ["in Vorbereitung", "Preparation"],
    ["Ueberpruefung", "Approval"],
    ["U\u0308berarbeitung", "Revision"],
    ["AENDERUNG", "Change"],
    ["in  Erstellung", "Creation"],
  ])("understands %s", (text, name) => {
    expect(canonicalStatus(text)).toBe(name);
  });

  test.each(["", "Launch", "constructor", "__proto__", "in", "Donee"])("does not guess at %j", (text) => {
    expect(canonicalStatus(text)).toBeUndefined();
  });
});

test("one key for all that people call a status, known or not", () => {
  expect(statusKey("in Vorbereitung")).toBe(statusKey("PREPARATION"));
  expect(statusKey("Ueberpruefung")).toBe(statusKey("Approval"));
  expect(statusKey(" Waiting  for parts")).toBe(statusKey("waiting for Parts"));
  expect(statusKey("Waiting for parts")).not.toBe(statusKey("Done"));
});
