/** What a rule would do with an event, without doing it: whether it matches, what the action gets, what would be sent. */
import { findAction, maskQuery, parseConnection, type RequestPlan } from "@stellwerk/connector-kit";
import { compileInput, formatId } from "@stellwerk/delivery";
import { compileCondition, type Explanation, whyNot } from "@stellwerk/rules";
import { z } from "zod";
import type { FieldProblem } from "../errors.ts";
import { idAnswer } from "../http/ids.ts";
import type { Language } from "../http/language.ts";
import type { Services } from "../services.ts";
import type { Rule } from "./check-rule.ts";
import type { ChosenEvent } from "./chosen-event.ts";
import { isForType } from "./is-for-type.ts";

const problem = z.strictObject({
  path: z.string(),
  message: z.string(),
  expected: z.string().nullable(),
  received: z.string().nullable(),
  fix: z.string().nullable(),
});

export const preview = z
  .strictObject({
    event: z.strictObject({
      origin: z
        .enum(["event", "sample", "given"])
        .describe("One of the account's, one of the catalogue, or the one that was given."),
      id: idAnswer("evt").nullable(),
      type: z.string(),
      subject: z.string().nullable(),
    }),
    wouldSend: z.boolean(),
    sentence: z
      .string()
      .describe("Whether something would be sent and why, in the language of `Accept-Language`."),
    condition: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe("Each part of the condition with the event's value and verdict; null without one."),
    input: z
      .unknown()
      .describe(
        "What the action would be given; null when the event lacks something for it, or when it is too long to be read.",
      ),
    request: z
      .strictObject({
        method: z.string(),
        url: z.string(),
        headers: z.record(z.string(), z.string()),
        body: z.string().nullable(),
      })
      .nullable()
      .describe("What would be sent, without what proves who we are. Null for an action of several steps."),
    problems: z.array(problem).describe("Why the action cannot be given its input."),
  })
  .meta({ id: "Preview" });

type Preview = z.output<typeof preview>;

interface Previewed {
  readonly rule: Rule & { readonly enabled: boolean };
  readonly settings: unknown;
  readonly secrets: unknown;
  readonly key: string;
  /** Its deliveries wait: the rule or its connection is paused. */
  readonly isPaused?: boolean | undefined;
}

/** As much of a body as anybody reads. */
const SHOWN_CHARACTERS = 100_000;

export function previewRule(
  { rule, settings, secrets, key, isPaused }: Previewed,
  chosen: ChosenEvent,
  { connectors, log }: Pick<Services, "connectors" | "log">,
  language: Language,
): Preview {
  const { context } = chosen;
  const event = {
    origin: chosen.origin,
    id: chosen.id === undefined ? null : formatId("evt", chosen.id),
    type: chosen.type,
    subject: context.event.subject ?? null,
  };
  const condition = explain(rule.when, chosen);
  const paused = isPaused === true ? TEXTS[language].paused : undefined;
  const why = whyNothing(rule, chosen.type, condition, language) ?? paused;
  const nothing = { event, condition, input: null, request: null, wouldSend: false };
  const found = findAction(connectors, rule.action);
  const compiled = found && compileInput(found.action, rule.input);
  const filled = compiled?.ok === true ? compiled.value.fill(() => context) : compiled;
  if (found === undefined || filled === undefined) {
    return { ...nothing, sentence: why ?? TEXTS[language].unknownAction, problems: [] };
  }
  if (!filled.ok) {
    return {
      ...nothing,
      sentence: why ?? TEXTS[language].incomplete,
      problems: filled.problems.map(showProblem),
    };
  }
  const parsed = parseConnection(found.connector, { settings, secrets });
  let plan: RequestPlan | undefined;
  try {
    plan = parsed.ok
      ? found.action.plan?.(filled.value, {
          key,
          event: chosen.forConnector,
          settings: parsed.value.settings,
        })
      : undefined;
  } catch (error) {
    // A connector may be somebody else's, and its mistake is no failure of the request.
    log.error({ err: error, action: rule.action }, "a connector threw");
    return { ...nothing, sentence: why ?? TEXTS[language].threw, problems: [] };
  }
  return {
    event,
    condition,
    wouldSend: why === undefined,
    sentence: why ?? TEXTS[language].sends,
    input: isReadable(filled.value) ? (filled.value ?? null) : null,
    request: plan === undefined ? null : showPlan(plan),
    problems: [],
  };
}

/** One field may be taken a thousand times. */
function isReadable(input: unknown): boolean {
  return (JSON.stringify(input) ?? "").length <= SHOWN_CHARACTERS;
}

type Explained = Explanation & Record<string, unknown>;

function explain(when: unknown, { context }: ChosenEvent): Explained | null {
  const compiled = when === null || when === undefined ? undefined : compileCondition(when);
  return compiled?.ok === true ? { ...compiled.value.explain(context) } : null;
}

/** Undefined: something would be sent. */
function whyNothing(
  { enabled, eventTypes }: Previewed["rule"],
  type: string,
  condition: Explained | null,
  language: Language,
): string | undefined {
  const texts = TEXTS[language];
  if (!isForType(eventTypes, type)) return texts.otherType(type);
  if (condition?.verdict === false) return texts.noMatch(whyNot(condition)[language]);
  return enabled ? undefined : texts.disabled;
}

function showPlan({ method, url, headers, body }: RequestPlan): NonNullable<Preview["request"]> {
  const text = body === undefined ? null : Buffer.from(body).toString("utf8").slice(0, SHOWN_CHARACTERS);
  return { method, url: maskQuery(url), headers: { ...headers }, body: text };
}

function showProblem({ path, message, expected, received, fix }: FieldProblem): z.output<typeof problem> {
  return { path, message, expected: expected ?? null, received: received ?? null, fix: fix ?? null };
}

const TEXTS = {
  en: {
    sends: "It would be sent.",
    otherType: (type: string) => `Nothing would be sent: it is not for ${type}.`,
    noMatch: (why: string) => `Nothing would be sent: ${why}.`,
    disabled: "Nothing would be sent: it is switched off.",
    paused: "Nothing would be sent for now: it is paused, and its deliveries wait.",
    threw: "Nothing would be sent: the connector failed while it made the request. The log has the error.",
    incomplete: "It would be given up: the event lacks something that the action needs.",
    unknownAction: "Nothing would be sent: this installation has no such action.",
  },
  de: {
    sends: "Es würde gesendet.",
    otherType: (type: string) => `Es würde nichts gesendet: Die Regel ist nicht für ${type}.`,
    noMatch: (why: string) => `Es würde nichts gesendet: ${why}.`,
    disabled: "Es würde nichts gesendet: Die Regel ist ausgeschaltet.",
    paused: "Vorerst würde nichts gesendet: Die Regel ist angehalten, ihre Zustellungen warten.",
    threw: "Es würde nichts gesendet: Der Konnektor ist an der Anfrage gescheitert. Der Fehler steht im Log.",
    incomplete: "Die Zustellung würde aufgegeben: Dem Ereignis fehlt etwas, das die Aktion braucht.",
    unknownAction: "Es würde nichts gesendet: Diese Installation hat keine solche Aktion.",
  },
};
