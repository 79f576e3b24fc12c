/**
 * Settings from environment variables: described once, checked at start, all problems told together.
 */
import { z } from "zod";

export interface SettingText {
  /** What it is for, for `docs/config.md`. */
  readonly help: string;
  /** What is accepted, for the error: "a port from 0 to 65535". */
  readonly expected: string;
  /** Its value is never shown. */
  readonly secret?: boolean;
}

const texts = z.registry<SettingText>();

/** @example PORT: setting(z.coerce.number().int().default(8080), { help: "…", expected: "a port from 0 to 65535" }) */
export function setting<T extends z.ZodType>(schema: T, text: SettingText): T {
  texts.add(schema, text);
  return schema;
}

export class SettingsError extends Error {
  readonly code = "process.settings";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? "one setting needs" : `${problems.length} settings need`;
    super(
      `Stellwerk cannot start: ${count} attention.\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
    );
    this.name = "SettingsError";
    this.problems = problems;
  }
}

/** What is longer may be a password that was put into the wrong variable. */
const LONGEST_SHOWN = 32;

/**
 * Reads the settings of `shape` from the environment; others are ignored, an empty one counts as not set.
 * Throws one SettingsError for all problems.
 */
export function readSettings<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<z.output<z.ZodObject<Shape>>> {
  const names = Object.keys(shape);
  const given = Object.fromEntries(names.map((name) => [name, environment[name]?.trim() || undefined]));
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const wrong = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  throw new SettingsError(
    [...wrong].map((name) => describeProblem(name, shape[name] as z.ZodType, given[name])),
  );
}

function describeProblem(name: string, schema: z.ZodType, received: string | undefined): string {
  const text = texts.get(schema);
  const expected = text === undefined ? "" : `; expected ${text.expected}`;
  if (received === undefined) return `${name} is not set${expected}.`;
  const isHidden = text?.secret === true || received.length > LONGEST_SHOWN;
  return `${name} is ${isHidden ? "not usable" : JSON.stringify(received)}${expected}.`;
}

/** One row per setting, for `docs/config.md`. */
export function describeSettings(
  shape: z.ZodRawShape,
): { name: string; default: string; text: SettingText }[] {
  return Object.entries(shape).map(([name, schema]) => {
    const type = schema as z.ZodType;
    const fallback = type.safeParse(undefined);
    const shown = fallback.success ? showDefault(fallback.data) : "";
    const text = texts.get(type);
    if (text === undefined) throw new Error(`The setting ${name} has no text`);
    return { name, default: shown, text };
  });
}

function showDefault(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? `${value}` : "";
}
