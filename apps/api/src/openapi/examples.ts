/**
 * The examples of the description: calls that were really made and answered so. They are recorded by
 * `testing/recorded-calls` into generated/examples.json, which a test compares.
 */
import { readFileSync } from "node:fs";
import type { AnyRoute } from "../http/register-routes.ts";

export interface RecordedCall {
  /** `POST /v1/sources` */
  readonly route: string;
  /** What is to be seen in it, as a sentence. */
  readonly summary: string;
  readonly request: {
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    /** JSON. */
    readonly body?: unknown;
  };
  readonly answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** JSON, or bytes as text; none: no body. */
    readonly body?: unknown;
  };
}

let recorded: readonly RecordedCall[] | undefined;

export function recordedCalls(): readonly RecordedCall[] {
  recorded ??= JSON.parse(
    readFileSync(new URL("generated/examples.json", import.meta.url), "utf8"),
  ) as readonly RecordedCall[];
  return recorded;
}

export function callsOf({ method, path }: Pick<AnyRoute, "method" | "path">): readonly RecordedCall[] {
  return recordedCalls().filter(({ route }) => route === `${method} ${path}`);
}
