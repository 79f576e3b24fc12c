/** Durations as people write them: `5s`, `5m`, `30m`, `2h`, `1d`. */
import { z } from "zod";

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;

/** Undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

/** In the largest unit that says it exactly. @example formatDuration(300_000) // "5m" */
export function formatDuration(ms: number): string {
  for (const unit of ["d", "h", "m", "s"] as const) {
    if (ms >= UNITS[unit] && ms % UNITS[unit] === 0) return `${ms / UNITS[unit]}${unit}`;
  }
  return `${ms}ms`;
}

/** A duration in a request; the output is in milliseconds. */
export function durationMs({ minMs = 0, maxMs }: { minMs?: number; maxMs: number }) {
  const description = `A duration such as "5s", "30m" or "2h", from ${formatDuration(minMs)} to ${formatDuration(maxMs)}.`;
  return z
    .string()
    .meta({ description, override: { pattern: DURATION.source } })
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms;
      context.addIssue({
        code: "custom",
        message: ms === undefined ? "is not a duration" : "is too short or too long",
        params: {
          expected: `a duration such as "5s", "30m" or "2h", from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`,
        },
        input: text,
      });
      return z.NEVER;
    });
}
