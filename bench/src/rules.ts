/**
 * What rules cost: evaluations a second of one core (processor time, so that a busy machine changes little), over the platform's own sample. The numbers stand in
 * docs/benchmarks.md; exits with 1 below the million that simple conditions have to reach.
 *
 *     pnpm --dir bench rules [seconds per measurement, default 1]
 */
import { eventTypeOf } from "@stellwerk/events";
import { compileCondition, compileMapping } from "@stellwerk/rules";
import type { RuleContext } from "@stellwerk/rules";
import { describeMachine, introduce } from "./report/machine.ts";
import { renderTable } from "./report/table.ts";

const SECONDS = Number(process.argv[2] ?? 1);
const COMMAND = "pnpm --dir bench rules";
const LEAST_PER_SECOND = 1_000_000;
/** Calls between two looks at the time taken. */
const ROUND = 10_000;

/** Sixteen events that differ, so that no branch is always the same one. */
const contexts: readonly RuleContext[] = Array.from({ length: 16 }, (_, index) => ({
  data: sampleWith(["Done", "Creation", "Feedback", "Fertig"][index % 4] ?? "", index),
  event: {
    id: `evt_${index}`,
    type: "website_status_changed",
    time: "2026-11-23T18:00:00Z",
    subject: `website/${index}`,
  },
  source: { key: "main" },
}));

interface Measure {
  readonly name: string;
  /** Held to the million. */
  readonly simple: boolean;
  readonly run: (context: RuleContext) => unknown;
}

const measures: readonly Measure[] = [
  condition("status is one of two", true, { "website.status": { $in: ["Creation", "Done"] } }),
  condition("id is a number", true, { "website.id": 7 }),
  condition("title starts with", true, { "website.title": { $startsWith: "Harry" } }),
  condition("status changed from, to", true, {
    "website.status": { $changedFrom: "Publish", $changedTo: "Done" },
  }),
  condition("title contains, in any case", true, { "website.title": { $containsIgnoreCase: "diner" } }),
  condition("five comparisons in two groups", false, {
    "website.published_status": true,
    $or: [{ "website.status": "Done" }, { "website.status": "Creation", "website.has_domains": true }],
    "website.domain": { $endsWith: ".com" },
  }),
  mapping("a key and a sentence of two values", {
    key: { $text: "{{ source.key }}-{{ website.id }}" },
    text: { $text: "{{ website.title | default: 'your site' }} is {{ website.status | downcase }}" },
  }),
];

for (const { run } of measures) callsPerSecond(run, 0.2);
const results = measures.map((measure) => ({ ...measure, perSecond: callsPerSecond(measure.run, SECONDS) }));
console.log(`${introduce(COMMAND, new Date().toISOString(), describeMachine())}\n`);
console.log(
  renderTable(
    ["rule", "evaluations/s", "ns each"],
    results.map(({ name, perSecond }) => [
      name,
      Math.round(perSecond).toLocaleString("en"),
      (1e9 / perSecond).toFixed(0),
    ]),
  ),
);
for (const { name, perSecond } of results.filter(
  (each) => each.simple && each.perSecond < LEAST_PER_SECOND,
)) {
  console.error(`FAILED: ${name}: ${Math.round(perSecond)}/s, at least ${LEAST_PER_SECOND}/s are asked for`);
  process.exitCode = 1;
}

function condition(name: string, simple: boolean, json: object): Measure {
  const compiled = compileCondition(json);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return { name, simple, run: compiled.value.evaluate };
}

function mapping(name: string, json: object): Measure {
  const compiled = compileMapping(json, { escapeOf: () => "slack-mrkdwn", isOptional: () => false });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return { name, simple: false, run: compiled.value.evaluate };
}

function callsPerSecond(run: (context: RuleContext) => unknown, seconds: number): number {
  const began = process.cpuUsage();
  let calls = 0;
  let truthy = 0;
  let elapsedMs = 0;
  while (elapsedMs < seconds * 1_000) {
    for (let call = 0; call < ROUND; call += 1) if (run(contexts[call & 15]!) !== false) truthy += 1;
    calls += ROUND;
    const { user, system } = process.cpuUsage(began);
    elapsedMs = (user + system) / 1_000;
  }
  // Read, so that no engine takes the calls for useless.
  if (truthy === 0) throw new Error("a rule that never holds measures nothing");
  return (calls / elapsedMs) * 1_000;
}

function sampleWith(status: string, id: number): object {
  const sample = eventTypeOf("website_status_changed")?.samples[0].data as { website: object };
  return { ...structuredClone(sample), website: { ...structuredClone(sample.website), status, id } };
}
