/** Numbers and amounts of money in a language's own way of writing them. */
import { describeReceived } from "../../problem.ts";
import { done, refused } from "./filter.ts";
import type { Filter } from "./filter.ts";
import { remembered } from "./remembered.ts";

const MAX_DECIMALS = 20;
const DEFAULT_LOCALE = "en";

const plainIn = remembered((locale) => new Intl.NumberFormat(locale));
const fixedIn = remembered((locale, decimals) => {
  const digits = Number(decimals);
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
});
const moneyIn = remembered(
  (locale, currency) => new Intl.NumberFormat(locale, { style: "currency", currency }),
);

export const numberFilter: Filter = {
  fewest: 0,
  most: 2,
  usage: 'number: how many decimals, then a language, as in number: 2, "de"',
  checkArguments: ([decimals, locale]) => {
    if (decimals !== undefined && !isDecimals(decimals)) return `${String(decimals)} decimals`;
    return localeProblem(locale);
  },
  apply: (value, [decimals, locale = DEFAULT_LOCALE]) => {
    const number = numberOf(value);
    if (number === undefined) return refused("a number", value);
    if (typeof locale !== "string") return refused("a language such as de", locale);
    if (decimals !== undefined && !isDecimals(decimals)) return refused("a number of decimals", decimals);
    const format = decimals === undefined ? plainIn(locale) : fixedIn(locale, String(decimals));
    return format === undefined ? refused("a language such as de", locale) : done(format.format(number));
  },
};

export const currencyFilter: Filter = {
  fewest: 1,
  most: 2,
  usage: 'currency: its code, then a language, as in currency: "EUR", "de"',
  checkArguments: ([currency, locale]) => {
    if (currency !== undefined && !isCurrency(currency)) return String(currency);
    return localeProblem(locale);
  },
  apply: (value, [currency, locale = DEFAULT_LOCALE]) => {
    const number = numberOf(value);
    if (number === undefined) return refused("a number", value);
    if (!isCurrency(currency)) return refused("a currency's code such as EUR", currency);
    if (typeof locale !== "string") return refused("a language such as de", locale);
    const format = moneyIn(locale, currency);
    return format === undefined ? refused("a language such as de", locale) : done(format.format(number));
  },
};

/** A form's fields are texts; one that is a plain decimal number is taken for it. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  return typeof value === "string" && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value) ? Number(value) : undefined;
}

function isDecimals(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MAX_DECIMALS;
}

function isCurrency(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z]{3}$/.test(value);
}

function localeProblem(locale: unknown): string | undefined {
  if (locale === undefined) return undefined;
  return typeof locale === "string" && plainIn(locale) !== undefined
    ? undefined
    : `the language ${describeReceived(locale)}`;
}
