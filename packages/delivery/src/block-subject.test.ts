import { expect, test } from "vitest";
import { blockSubject, decide, type DecideOptions, type Decision } from "./index.ts";

const options: DecideOptions = {
  attempts: 3,
  scheduleMs: [1_000],
  repeat: { kind: "key", because: "x" },
  ageMs: 0,
  random: () => 0.5,
};

test("what is refused, or fails for the last time, is held with what was answered", () => {
  const failure = { reason: "http_status", detail: "422" };
  expect(blockSubject(decide({ kind: "rejected", ...failure }, options))).toEqual({
    kind: "hold",
    possiblySent: false,
    reason: "blocking",
    detail: "422",
  });
  expect(blockSubject(decide({ kind: "in_doubt", ...failure }, options))).toMatchObject({
    kind: "hold",
    possiblySent: true,
    detail: "Gave up after 3 attempts. The last one: 422",
  });
});

test("a target that wants nothing any more is stopped all the same", () => {
  const gone = { reason: "gone", detail: "410" };
  const decision = blockSubject(decide({ kind: "rejected", ...gone, stop: "subscription" }, options));
  expect(decision).toMatchObject({ kind: "hold", reason: "blocking", stop: gone });
});

test("what arrived, was skipped or is tried again is left alone", () => {
  const decisions: Decision[] = [
    decide({ kind: "delivered", summary: { en: "Sent" } }, options),
    decide({ kind: "skipped", reason: "unsubscribed", detail: "x" }, options),
    decide({ kind: "retry", reason: "refused", detail: "x" }, { ...options, attempts: 1 }),
  ];
  expect(decisions.map(blockSubject)).toEqual(decisions);
});
