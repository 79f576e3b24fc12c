/** A condition in one readable line, for a screen and for logs. */
import type { Condition } from "./condition.ts";
import { parseCondition } from "./parse-condition.ts";
import { wordsOfTest } from "./words.ts";
import type { BothLanguages, Language } from "./words.ts";

/** Longer rules are read as a tree. */
const MAX_DESCRIPTION_CHARACTERS = 1_000;

const ALWAYS: BothLanguages = { en: "always", de: "immer" };
const INVALID: BothLanguages = { en: "a condition with mistakes", de: "eine Bedingung mit Fehlern" };

/**
 * `undefined` is a subscription without conditions.
 *
 * @example
 * describeCondition({ "website.status": { $in: ["Creation", "Done"] } }, "en") // "status is Creation or Done"
 */
export function describeCondition(json: unknown, language: Language): string {
  if (json === undefined || json === null) return ALWAYS[language];
  const parsed = parseCondition(json);
  return parsed.ok ? inLanguage(parsed.value, language) : INVALID[language];
}

function inLanguage(condition: Condition, language: Language): string {
  const text = phrase(condition, language);
  if (text.length <= MAX_DESCRIPTION_CHARACTERS) return text;
  return `${text.slice(0, MAX_DESCRIPTION_CHARACTERS).toWellFormed()}…`;
}

function phrase(condition: Condition, language: Language): string {
  switch (condition.kind) {
    case "test":
      return wordsOfTest(condition)[language];
    case "not":
      return `${language === "en" ? "not" : "nicht"} (${phrase(condition.part, language)})`;
    case "all":
    case "any": {
      if (condition.parts.length === 0) return ALWAYS[language];
      const word = WORDS[condition.kind][language];
      return condition.parts.map((part) => inParentheses(part, language)).join(` ${word} `);
    }
  }
}

const WORDS = { all: { en: "and", de: "und" }, any: { en: "or", de: "oder" } };

/** "a or b and c" can be read in two ways. */
function inParentheses(part: Condition, language: Language): string {
  const text = phrase(part, language);
  return (part.kind === "all" || part.kind === "any") && part.parts.length > 1 ? `(${text})` : text;
}
