/** What each operator says in both languages, as a person would put it: "is Creation or Done". */
import { statuses } from "@stellwerk/events";
import { shorten } from "../problem.ts";
import type { ConditionTest, Operand, OperatorName, Scalar, TimeSpan } from "./condition.ts";
import { fieldLabel } from "./field-label.ts";
import { isStatusPath, statusKey } from "./status-key.ts";
import { parseDuration } from "./times.ts";

export interface BothLanguages {
  readonly en: string;
  readonly de: string;
}

export type Language = keyof BothLanguages;

const SHOWN_CHARACTERS = 60;
const SHOWN_ENTRIES = 5;

/**
 * @example
 * wordsOfTest(test) // { en: "status is Creation or Done", de: "Status ist Erstellung oder Fertig" }
 */
export function wordsOfTest(test: ConditionTest): BothLanguages {
  const label = fieldLabel(test.path);
  const isStatus = isStatusPath(test.path);
  const verb = WORDS[test.operator];
  return {
    en: `${label.en} ${verb(test.operand, "en", isStatus)}`,
    de: `${label.de} ${verb(test.operand, "de", isStatus)}`,
  };
}

type Verb = (operand: Operand, language: Language, isStatus: boolean) => string;

/** The words around one value or several: "is" … */
function around(en: string, de: string, behind?: BothLanguages): Verb {
  return (operand, language, isStatus) => {
    const ending = behind === undefined ? "" : ` (${behind[language]})`;
    return `${language === "en" ? en : de} ${listWords(operand, language, isStatus)}${ending}`;
  };
}

function eitherOr(yes: BothLanguages, no: BothLanguages): Verb {
  return (operand, language) => (operand === true ? yes : no)[language];
}

const ANY_CASE = { en: "in any case", de: "Groß oder klein" };

const WORDS: Readonly<Record<OperatorName, Verb>> = {
  $eq: around("is", "ist"),
  $eqIgnoreCase: around("is", "ist", ANY_CASE),
  $ne: around("is not", "ist nicht"),
  $neIgnoreCase: around("is not", "ist nicht", ANY_CASE),
  $in: around("is", "ist"),
  $inIgnoreCase: around("is", "ist", ANY_CASE),
  $nin: around("is not", "ist nicht"),
  $ninIgnoreCase: around("is not", "ist nicht", ANY_CASE),
  $gt: around("is greater than", "ist größer als"),
  $gte: around("is at least", "ist mindestens"),
  $lt: around("is less than", "ist kleiner als"),
  $lte: around("is at most", "ist höchstens"),
  $between: (operand, language) => {
    const [from, to] = operand as readonly [number, number];
    return language === "en" ? `is between ${from} and ${to}` : `liegt zwischen ${from} und ${to}`;
  },
  $contains: around("contains", "enthält"),
  $containsIgnoreCase: around("contains", "enthält", ANY_CASE),
  $startsWith: around("starts with", "beginnt mit"),
  $startsWithIgnoreCase: around("starts with", "beginnt mit", ANY_CASE),
  $endsWith: around("ends with", "endet mit"),
  $endsWithIgnoreCase: around("ends with", "endet mit", ANY_CASE),
  $exists: eitherOr({ en: "is there", de: "ist da" }, { en: "is not there", de: "ist nicht da" }),
  $empty: eitherOr({ en: "is empty", de: "ist leer" }, { en: "is not empty", de: "ist nicht leer" }),
  $before: (operand, language) =>
    `${language === "en" ? "is before" : "liegt vor"} ${timeWords(operand, language)}`,
  $after: (operand, language) =>
    `${language === "en" ? "is after" : "liegt nach"} ${timeWords(operand, language)}`,
  $within: (operand, language) => spanWords(operand as string | TimeSpan, language),
  $changed: eitherOr(
    { en: "changed", de: "hat sich geändert" },
    { en: "did not change", de: "hat sich nicht geändert" },
  ),
  $changedFrom: around("changed from", "wechselte von"),
  $changedTo: around("changed to", "wechselte zu"),
};

function listWords(operand: Operand, language: Language, isStatus: boolean): string {
  const values = Array.isArray(operand) ? (operand as readonly Scalar[]) : [operand as Scalar];
  const words = values.slice(0, SHOWN_ENTRIES).map((value) => valueWords(value, language, isStatus));
  const more = values.length - SHOWN_ENTRIES;
  if (more > 0) words.push(language === "en" ? `${more} more` : `${more} weitere`);
  const last = words.pop() ?? "";
  if (words.length === 0) return last;
  return `${words.join(", ")} ${language === "en" ? "or" : "oder"} ${last}`;
}

/** A status by its name in that language, other texts in quotes. */
export function valueWords(value: unknown, language: Language, isStatus: boolean): string {
  if (value === undefined) return language === "en" ? "not there" : "nicht da";
  if (value === null) return "null";
  if (typeof value === "boolean" && language === "de") return value ? "wahr" : "falsch";
  if (typeof value === "string") {
    const status = isStatus ? statuses.find(({ name }) => name === statusKey(value)) : undefined;
    return status?.title[language] ?? inQuotes(value, language);
  }
  if (typeof value === "object") {
    if (Array.isArray(value)) {
      if (value.length === 0) return language === "en" ? "an empty list" : "eine leere Liste";
      return language === "en" ? "a list" : "eine Liste";
    }
    return language === "en" ? "an object" : "ein Objekt";
  }
  return typeof value === "number" || typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}

/** On one line whatever the text holds. */
function inQuotes(text: string, language: Language): string {
  const shown = shorten(text, SHOWN_CHARACTERS).replaceAll(/\s+/g, " ");
  return language === "en" ? `"${shown}"` : `„${shown}“`;
}

function timeWords(operand: Operand, language: Language): string {
  if (operand === "now") return language === "en" ? "the event" : "dem Ereignis";
  return operand as string;
}

function spanWords(span: string | TimeSpan, language: Language): string {
  if (typeof span === "string") {
    const { en, de } = durationWords(span);
    return language === "en"
      ? `is within ${en} of the event`
      : `liegt höchstens ${de} vor oder nach dem Ereignis`;
  }
  const parts: string[] = [];
  if (span.last !== undefined) {
    const { en, de } = durationWords(span.last);
    parts.push(language === "en" ? `${en} before` : `${de} vor`);
  }
  if (span.next !== undefined) {
    const { en, de } = durationWords(span.next);
    parts.push(language === "en" ? `${en} after` : `${de} nach`);
  }
  return language === "en"
    ? `is at most ${parts.join(" or ")} the event`
    : `liegt höchstens ${parts.join(" oder ")} dem Ereignis`;
}

function durationWords(text: string): BothLanguages {
  return parseDuration(text) ?? { en: text, de: text };
}
