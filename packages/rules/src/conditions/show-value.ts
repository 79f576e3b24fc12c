/** A value of an event as an explanation shows it: enough to see why, however large it is. */

const SHOWN_CHARACTERS = 200;
const SHOWN_ENTRIES = 10;
const SHOWN_LEVELS = 2;

/**
 * JSON again, cut where it is long: "…" stands for what was left out. `undefined` stays: nothing is there.
 *
 * @example
 * showValue({ id: 1, owner: { name: "Mary", of: {} } }) // { id: 1, owner: { name: "Mary", of: "…" } }
 */
export function showValue(value: unknown, levels: number = SHOWN_LEVELS): unknown {
  if (value === undefined || value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string") return cut(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  if (levels === 0) return "…";
  if (Array.isArray(value)) {
    const shown = value.slice(0, SHOWN_ENTRIES).map((entry) => showValue(entry, levels - 1) ?? null);
    return value.length > SHOWN_ENTRIES ? [...shown, "…"] : shown;
  }
  const entries = Object.entries(value);
  const shown = entries
    .slice(0, SHOWN_ENTRIES)
    .map(([key, field]) => [cut(key), showValue(field, levels - 1)] as const);
  return Object.fromEntries(entries.length > SHOWN_ENTRIES ? [...shown, ["…", "…"]] : shown);
}

function cut(text: string): string {
  if (text.length <= SHOWN_CHARACTERS) return text.toWellFormed();
  return `${text.slice(0, SHOWN_CHARACTERS).toWellFormed()}…`;
}
