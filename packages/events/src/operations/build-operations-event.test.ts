import { describe, expect, test } from "vitest";
import {
  buildOperationsEvent,
  InvalidEventError,
  isOperationsType,
  operationsEventTypes,
  operationsSubjectOf,
  parseEvent,
} from "../index.ts";
import type { OperationsEventInput } from "../index.ts";

const subscription = { id: "sub_01kaqs9w8qf3vsm2r9j5yte4hg", name: "Launches to Slack" };
const connection = { id: "con_01kaqs7c1neh9t6x0ckwm4g8zd", name: "Slack of the agency", connector: "slack" };

const opened: OperationsEventInput = {
  nextProbeAt: "2026-11-23T09:00:30.000Z",
  detail: "The target did not answer.",
  reason: "timeout",
  subscription,
  event: "stellwerk.breaker_opened",
};

describe("buildOperationsEvent", () => {
  test("gives the fields of the samples in their order, with a sentence in both languages", () => {
    const built = buildOperationsEvent(opened);
    expect(Object.keys(built)).toEqual([
      "event",
      "subscription",
      "reason",
      "detail",
      "message",
      "nextProbeAt",
    ]);
    expect(built.message).toEqual({
      en: "The target of “Launches to Slack” keeps failing, so its deliveries wait until it is tried again at 2026-11-23T09:00:30.000Z: The target did not answer.",
      de: "Das Ziel von „Launches to Slack“ versagt immer wieder, darum warten die Zustellungen bis zum nächsten Versuch am 2026-11-23T09:00:30.000Z: The target did not answer.",
    });
  });

  test.each(operationsEventTypes.map((type) => [type.name, type.samples[0].data] as const))(
    "%s gives its sample",
    (_name, data) => {
      const { message: _message, ...input } = data as OperationsEventInput & { message: unknown };
      expect(JSON.stringify(buildOperationsEvent(input))).toBe(JSON.stringify(data));
    },
  );

  test("an event without a detail ends with a full stop", () => {
    const built = buildOperationsEvent({ ...opened, event: "stellwerk.subscription_stopped", detail: "" });
    expect(built.message.en).toBe("“Launches to Slack” was stopped, and its deliveries wait.");
  });

  test("plain JavaScript that leaves out whom it concerns is told so", () => {
    const { subscription: _subscription, ...nobody } = opened;
    expect(() => buildOperationsEvent(nobody as OperationsEventInput)).toThrow(InvalidEventError);
    expect(() => buildOperationsEvent({ ...opened, event: "stellwerk.unheard" as never })).toThrow(
      "No operations event is called stellwerk.unheard",
    );
  });

  test("what it made is an event of the catalogue", () => {
    const built = buildOperationsEvent(opened);
    expect(parseEvent(JSON.stringify(built))).toEqual({ ok: true, known: true, event: built });
  });
});

test("an operations event is about its subscription, a broken connection about the connection, a silence about the source", () => {
  expect(operationsSubjectOf({ ...opened, connection })).toBe(`subscription/${subscription.id}`);
  expect(
    operationsSubjectOf({
      event: "stellwerk.connection_broken",
      connection,
      subscription,
      reason: "auth",
      detail: "",
    }),
  ).toBe(`connection/${connection.id}`);
  const source = { id: "src_01kaqs5v2mfw8r4xk9e7pz3hn6", name: "Sitejet", kind: "sitejet" };
  const silent = { event: "stellwerk.source_silent", source, reason: "silent", detail: "" } as const;
  expect(operationsSubjectOf(silent)).toBe(`source/${source.id}`);
});

test("types of ours are told by their prefix", () => {
  expect(isOperationsType("stellwerk.breaker_opened")).toBe(true);
  expect(isOperationsType("stellwerk_opened")).toBe(false);
});
