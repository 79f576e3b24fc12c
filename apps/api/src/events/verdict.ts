/** Why an event was delivered for a subscription, or was not, for people. Computed from the rule as it was then. */
import { formatId } from "@stellwerk/delivery";
import {
  compileCondition,
  type Explanation,
  type RuleContext,
  whyNot as whyConditionFails,
} from "@stellwerk/rules";
import type { DeliveryRow, FoundEvent, RuleAt } from "@stellwerk/store";
import { z } from "zod";
import { describeDelivery, describeFix } from "../deliveries/describe-delivery.ts";
import { idAnswer } from "../http/ids.ts";
import type { Language } from "../http/language.ts";
import { isForType } from "../subscriptions/is-for-type.ts";

const verdicts = z.enum([
  "delivered",
  "sending",
  "waiting",
  "held",
  "skipped",
  "dead",
  "expired",
  "no_match",
  "other_type",
  "disabled",
  "not_there_yet",
  "test",
  "no_longer_kept",
]);

export const verdict = z
  .strictObject({
    subscriptionId: idAnswer("sub"),
    subscriptionName: z.string(),
    subscriptionVersion: z
      .int()
      .nullable()
      .describe("The version that was in force when the event was matched; null: it did not exist yet."),
    verdict: verdicts.describe(
      "The first seven are the state of its newest delivery; with the others it has none.",
    ),
    deliveryId: idAnswer("dlv").nullable(),
    sentence: z.string().describe("Why, for people, in the language of `Accept-Language`: `en` or `de`."),
    fix: z.string().nullable().describe("What to do about it; null when there is nothing to do."),
    condition: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe("Each part of its condition with the event's value and verdict; null without a condition."),
  })
  .meta({ id: "Verdict" });

type Verdict = z.output<typeof verdict>;

export function verdictOf(
  rule: RuleAt,
  event: Pick<FoundEvent, "type" | "onlyFor">,
  context: RuleContext,
  delivery: DeliveryRow | undefined,
  language: Language,
): Verdict {
  return {
    subscriptionId: formatId("sub", rule.id),
    subscriptionName: rule.name,
    subscriptionVersion: rule.version,
    deliveryId: delivery === undefined ? null : formatId("dlv", delivery.id),
    condition: null,
    ...(delivery === undefined
      ? whyNot(rule, event, context, language)
      : { ...whatBecame(delivery, language), condition: explain(rule, context) }),
  };
}

type Explained = Explanation & Record<string, unknown>;

/** Null: it has none, or none that this version can read. */
function explain(rule: RuleAt, context: RuleContext): Explained | null {
  const compiled =
    rule.version === null || rule.condition === null ? undefined : compileCondition(rule.condition);
  return compiled?.ok === true ? { ...compiled.value.explain(context) } : null;
}

type Why = Pick<Verdict, "verdict" | "sentence" | "fix"> & { readonly condition?: Explained | null };

function whatBecame(delivery: DeliveryRow, language: Language): Why {
  return {
    verdict: delivery.state === "queued" ? "waiting" : delivery.state,
    sentence: describeDelivery(delivery, language),
    fix: describeFix(delivery, language),
  };
}

function whyNot(
  rule: RuleAt,
  { type, onlyFor }: Pick<FoundEvent, "type" | "onlyFor">,
  context: RuleContext,
  language: Language,
): Why {
  if (onlyFor !== null) return { verdict: "test", ...TEXTS[language].test };
  if (rule.version === null) return { verdict: "not_there_yet", ...TEXTS[language].notThereYet };
  if (!rule.enabled) return { verdict: "disabled", ...TEXTS[language].disabled };
  if (!isForType(rule.eventTypes, type)) {
    return { verdict: "other_type", ...TEXTS[language].otherType(rule.eventTypes, type) };
  }
  const condition = explain(rule, context);
  if (condition?.verdict === false) {
    const sentence = TEXTS[language].noMatch(whyConditionFails(condition)[language]);
    return { verdict: "no_match", sentence, fix: null, condition };
  }
  return { verdict: "no_longer_kept", ...TEXTS[language].noLongerKept, condition };
}

const TEXTS = {
  en: {
    notThereYet: { sentence: "It did not exist yet when the event came.", fix: null },
    disabled: {
      sentence: "It was switched off when the event came.",
      fix: "Switch it on for what comes from now on.",
    },
    otherType: (types: readonly string[], type: string) => ({
      sentence: `It is for ${types.join(", ")}; this event is ${type}.`,
      fix: null,
    }),
    test: { sentence: "It was made to try another subscription.", fix: null },
    noMatch: (why: string) => `It did not match: ${why}.`,
    noLongerKept: { sentence: "It matched, but its delivery is no longer kept.", fix: null },
  },
  de: {
    notThereYet: { sentence: "Es gab sie noch nicht, als das Ereignis kam.", fix: null },
    disabled: {
      sentence: "Sie war ausgeschaltet, als das Ereignis kam.",
      fix: "Einschalten hilft für alles, was von jetzt an kommt.",
    },
    otherType: (types: readonly string[], type: string) => ({
      sentence: `Sie ist für ${types.join(", ")}; dieses Ereignis ist ${type}.`,
      fix: null,
    }),
    test: { sentence: "Es wurde gemacht, um eine andere Regel auszuprobieren.", fix: null },
    noMatch: (why: string) => `Sie hat nicht gepasst: ${why}.`,
    noLongerKept: {
      sentence: "Sie hat gepasst, aber ihre Zustellung wird nicht mehr aufbewahrt.",
      fix: null,
    },
  },
};
