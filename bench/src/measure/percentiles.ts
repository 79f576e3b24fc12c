/** Percentiles of latencies, by an HDR histogram: three significant digits from 1 µs up. */
import { build } from "hdr-histogram-js";

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const MICROSECONDS = 1_000;
const HIGHEST_MS = 3_600_000;

/** In milliseconds; undefined of nothing. */
export function percentilesOf(valuesMs: Float64Array): Percentiles | undefined {
  if (valuesMs.length === 0) return undefined;
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_MS * MICROSECONDS,
    numberOfSignificantValueDigits: 3,
  });
  for (const value of valuesMs) {
    histogram.recordValue(Math.round(Math.min(Math.max(value, 0), HIGHEST_MS) * MICROSECONDS));
  }
  const at = (percentile: number) => histogram.getValueAtPercentile(percentile) / MICROSECONDS;
  return { p50: at(50), p95: at(95), p99: at(99), max: histogram.maxValue / MICROSECONDS };
}
