/** Finds a secret, or so much of it that it helps, in what was told. */

/** Shorter ones are words, and shorter parts are chance. */
const SHORTEST = 12;

/** Every text that is long enough to be recognised, at any depth. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value.length >= SHORTEST ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return [...new Set(Object.values(value).flatMap(textsIn))];
}

/** Which of the secrets can be seen in a text: the paths of their fields, never themselves. */
export function tracesOf(secrets: unknown, text: string, path = "secrets"): string[] {
  if (typeof secrets === "string") return isSeen(secrets, text) ? [path] : [];
  if (typeof secrets !== "object" || secrets === null) return [];
  return Object.entries(secrets).flatMap(([name, inner]) => tracesOf(inner, text, `${path}.${name}`));
}

function isSeen(secret: string, text: string): boolean {
  for (let start = 0; start + SHORTEST <= secret.length; start += 1) {
    if (text.includes(secret.slice(start, start + SHORTEST))) return true;
  }
  return false;
}
