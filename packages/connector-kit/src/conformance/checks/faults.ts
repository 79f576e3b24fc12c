/** Each fault once, what the attempt must make of it, and one effect when it is over. */
import type { AttemptResult } from "../../attempt.ts";
import type { Action, Connector } from "../../connector.ts";
import type { OutcomeKind } from "../../outcome.ts";
import * as faults from "../../testing/fake/faults.ts";
import type { Fault } from "../../testing/fake/faults.ts";
import type { FaultScope } from "../../testing/fake/open-fake.ts";
import { fail } from "../check.ts";
import type { ConformanceCheck } from "../check.ts";
import { expectKinds, expectNotThrown, expectOneEffect, firstOf } from "../expect-outcome.ts";
import type { ConformanceOptions, Line } from "../options.ts";
import { openScene } from "../scene.ts";
import { settle } from "../settle.ts";

const ELSEWHERE = "https://elsewhere.example/taken";
const ASKED_SECONDS = 120;
const KEPT_BYTES = 16 * 1024;

interface Trial {
  readonly name: string;
  fault(now: Date): Fault;
  /** What the attempt that meets it may come to. */
  readonly kinds: readonly OutcomeKind[];
  /** And when sending twice comes to the same, or the second is dropped. */
  readonly ifRepeatable?: readonly OutcomeKind[];
  readonly line?: Line;
  readonly on?: FaultScope;
  /** Of the attempt that meets it. */
  readonly deadlineMs?: number;
  /** Rejected is an end as well. */
  readonly mayEnd?: boolean;
  expect?(result: AttemptResult): void;
}

const waits = (result: AttemptResult): void => {
  const { outcome } = result;
  const afterMs = "afterMs" in outcome ? (outcome.afterMs ?? 0) : 0;
  if (afterMs < ASKED_SECONDS * 1_000) {
    fail(`The vendor asked for ${ASKED_SECONDS} s, and the outcome is ${JSON.stringify(outcome)}.`);
  }
};

const TRIALS: readonly Trial[] = [
  { name: "slow", fault: () => faults.slow(150), kinds: ["delivered", "skipped"] },
  {
    name: "no answer within the deadline",
    fault: () => faults.hold(true),
    kinds: ["in_doubt"],
    deadlineMs: 500,
  },
  { name: "reset before reading", fault: () => faults.resetBeforeReading, kinds: ["in_doubt"] },
  { name: "reply lost (applied, then reset)", fault: () => faults.appliedThenReset, kinds: ["in_doubt"] },
  {
    name: "429 with seconds",
    fault: (now) => faults.tooManyRequests("seconds", ASKED_SECONDS, now),
    kinds: ["rate_limited", "retry"],
    expect: waits,
  },
  {
    name: "429 with a date",
    fault: (now) => faults.tooManyRequests("date", ASKED_SECONDS, now),
    kinds: ["rate_limited", "retry"],
    expect: waits,
  },
  {
    name: "429 without",
    fault: (now) => faults.tooManyRequests("none", 0, now),
    kinds: ["rate_limited", "retry"],
  },
  { name: "500", fault: () => faults.answer({ status: 500 }), kinds: ["in_doubt"], ifRepeatable: ["retry"] },
  {
    name: "503",
    fault: () => faults.answer({ status: 503 }),
    kinds: ["retry", "in_doubt", "rate_limited"],
  },
  {
    name: "401, then ok",
    fault: () => faults.answer({ status: 401 }),
    kinds: ["auth", "retry", "delivered"],
  },
  {
    name: "500 to what it reads first, if it does",
    fault: () => faults.answer({ status: 500 }),
    // Nothing has changed yet, so nothing can be in doubt; what reads nothing does not meet it.
    kinds: ["retry", "in_doubt", "delivered", "skipped"],
    on: "reading",
  },
  {
    name: "HTML instead of JSON",
    fault: () => faults.htmlInsteadOfJson,
    kinds: ["retry", "in_doubt", "auth", "misconfigured"],
    line: "any_body",
  },
  {
    name: "truncated JSON",
    fault: () => faults.truncatedJson,
    kinds: ["delivered", "skipped", "in_doubt"],
    ifRepeatable: ["retry"],
  },
  {
    name: "302 elsewhere",
    fault: () => faults.redirectTo(ELSEWHERE),
    kinds: ["rejected", "retry", "misconfigured"],
    mayEnd: true,
  },
  {
    name: "5 MB body",
    fault: () => faults.largeBody,
    kinds: ["delivered", "skipped", "in_doubt"],
    ifRepeatable: ["retry"],
    expect({ reply }) {
      if ((reply?.body.length ?? 0) > KEPT_BYTES) fail(`It kept ${reply?.body.length} bytes of the reply.`);
    },
  },
];

export function faultChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  return Object.entries(connector.actions).flatMap(([name, action]) =>
    TRIALS.map((trial): ConformanceCheck => ({
      group: "delivery",
      name: `${name}: ${trial.name}: ${endOf(action)}`,
      line: trial.line ?? "requests",
      run: () => runTrial(connector, options, name, trial),
    })),
  );
}

function endOf({ repeat }: Action): string {
  return repeat.kind === "never" ? "one effect, or a recorded doubt" : "exactly one effect in the end";
}

async function runTrial(
  connector: Connector,
  options: ConformanceOptions,
  name: string,
  trial: Trial,
): Promise<void> {
  const action = connector.actions[name] ?? fail(`There is no ${name}.`);
  await using scene = await openScene(connector, options);
  scene.fake.play(trial.fault(scene.clock.now()), { on: trial.on });
  const settled = await settle(
    scene,
    { action, sample: firstOf(name, action) },
    { firstDeadlineMs: trial.deadlineMs },
  );
  const [first] = settled.attempts;
  if (first === undefined) return fail(`${name}: nothing was tried.`);
  for (const attempt of settled.attempts) expectNotThrown(attempt);
  const isRepeatable = action.repeat.kind === "natural" || action.repeat.kind === "key";
  expectKinds(first, [...trial.kinds, ...(isRepeatable ? (trial.ifRepeatable ?? []) : [])]);
  trial.expect?.(first);
  const elsewhere = scene.http.tapped.find(({ plan }) => plan.url.startsWith(ELSEWHERE));
  if (elsewhere !== undefined) fail(`${name}: it followed the redirect.`);
  if (trial.mayEnd === true && settled.state === "dead") return;
  expectOneEffect(scene, action, settled);
}
