/** Which language somebody reads, from `Accept-Language`: what is told to people is there in two. */
import type { IncomingHttpHeaders } from "node:http";

export type Language = "en" | "de";

/**
 * The one of the two that is wanted most; English when neither is.
 *
 * @example
 * languageOf({ "accept-language": "de-AT,de;q=0.9,en;q=0.8" }) // "de"
 */
export function languageOf(headers: Pick<IncomingHttpHeaders, "accept-language">): Language {
  const wanted = { en: 0, de: 0 };
  for (const part of (headers["accept-language"] ?? "").slice(0, 1_000).split(",")) {
    const [, language, weight] = /^\s*(en|de)\b[^;]*(?:;\s*q=([\d.]+))?/i.exec(part) ?? [];
    if (language === undefined) continue;
    const name = language.toLowerCase() as Language;
    wanted[name] = Math.max(wanted[name], weight === undefined ? 1 : Number(weight));
  }
  return wanted.de > wanted.en ? "de" : "en";
}
