/** Checks settings, secrets and inputs before anything is saved or sent, and reports every problem at once. */
import type { z } from "zod";
import type { Action, Connector } from "./connector.ts";
import { describeIssue } from "./describe-issue.ts";
import type { Parsed, Problem } from "./problem.ts";

export function parseInput(action: Action, input: unknown): Parsed<unknown> {
  return parseAs(action.input, input, "input", "shown");
}

export interface RawConnection {
  readonly settings: unknown;
  readonly secrets: unknown;
}

export interface ParseConnectionOptions {
  /** For a new connection: makes the secrets that it does not bring. */
  readonly makeSecrets?: boolean | undefined;
}

/**
 * @example
 * const parsed = parseConnection(connector, { settings, secrets }, { makeSecrets: true });
 * if (!parsed.ok) return problems(422, parsed.problems);
 */
export function parseConnection(
  connector: Connector,
  raw: RawConnection,
  options: ParseConnectionOptions = {},
): Parsed<RawConnection> {
  const { connection } = connector;
  const made = options.makeSecrets === true ? connection.makeSecrets?.() : undefined;
  const given = raw.secrets ?? {};
  const settings = parseAs(connection.settings, raw.settings ?? {}, "settings", "shown");
  const secrets = parseAs(
    connection.secrets,
    isObject(given) ? { ...made, ...given } : given,
    "secrets",
    "secret",
  );
  if (settings.ok && secrets.ok)
    return { ok: true, value: { settings: settings.value, secrets: secrets.value } };
  return {
    ok: false,
    problems: [...(settings.ok ? [] : settings.problems), ...(secrets.ok ? [] : secrets.problems)],
  };
}

export function parseAs(
  schema: z.ZodType,
  value: unknown,
  path: string,
  values: "shown" | "secret",
): Parsed<unknown> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const problems: Problem[] = result.error.issues.map((issue) => describeIssue(issue, value, path, values));
  return { ok: false, problems };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
