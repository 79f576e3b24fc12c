import { findAction, parseInput } from "@stellwerk/connector-kit";
import { fieldsWithoutText } from "@stellwerk/connector-kit/testing";
import { describe, expect, test } from "vitest";
import { builtInConnectors } from "./index.ts";

test("no two connectors share an id", () => {
  const ids = builtInConnectors.map((connector) => connector.id);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(["webhook.send", "inbox.keep"])("%s is found, and stays: subscriptions name it", (id) => {
  expect(findAction(builtInConnectors, id)).toBeDefined();
});

describe.each(builtInConnectors.map((connector) => [connector.id, connector] as const))(
  "%s",
  (_id, connector) => {
    test("explains itself and every field in English and German", () => {
      for (const text of [
        connector.title,
        connector.summary,
        ...Object.values(connector.actions).flatMap((a) => [a.title, a.summary]),
      ]) {
        expect(text).toEqual({ en: expect.stringMatching(/./), de: expect.stringMatching(/./) });
      }
      expect(fieldsWithoutText(connector.connection.settings)).toEqual([]);
      expect(fieldsWithoutText(connector.connection.secrets)).toEqual([]);
      for (const action of Object.values(connector.actions))
        expect(fieldsWithoutText(action.input)).toEqual([]);
    });

    test("has samples that its own input accepts", () => {
      for (const action of Object.values(connector.actions)) {
        expect(action.samples.length).toBeGreaterThan(0);
        for (const sample of action.samples)
          expect(parseInput(action, sample.input)).toMatchObject({ ok: true });
      }
    });
  },
);
