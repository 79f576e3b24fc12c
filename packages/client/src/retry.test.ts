import { describe, expect, test } from "vitest";
import { pause, waitBefore } from "./retry.ts";

const LEAST = () => 0;
const MOST = () => 1;

describe("the wait before the next attempt", () => {
  test("doubles from a quarter of a second to ten, by half of it at least", () => {
    expect([1, 2, 3, 4].map((attempt) => waitBefore(attempt, null, MOST))).toEqual([250, 500, 1_000, 2_000]);
    expect([1, 2, 3, 4].map((attempt) => waitBefore(attempt, null, LEAST))).toEqual([125, 250, 500, 1_000]);
    expect(waitBefore(40, null, MOST)).toBe(10_000);
  });

  test("is never shorter than Retry-After, in seconds or as a date", () => {
    expect(waitBefore(1, "2", LEAST)).toBe(2_000);
    expect(waitBefore(1, "2", MOST)).toBe(2_125);
    const date = new Date(Date.now() + 5_000).toUTCString();
    expect(waitBefore(1, date, LEAST)).toBeGreaterThan(3_500);
  });

  test("is the usual one when Retry-After is in the past or nonsense", () => {
    expect(waitBefore(1, "Mon, 01 Jan 2024 00:00:00 GMT", MOST)).toBe(250);
    expect(waitBefore(1, "soon", MOST)).toBe(250);
    expect(waitBefore(1, "-3", MOST)).toBe(250);
  });

  test("is not waited when more than a minute is asked for", () => {
    expect(waitBefore(1, "61", LEAST)).toBeUndefined();
  });
});

test("a pause ends at once with the reason of its signal", async () => {
  const controller = new AbortController();
  const paused = pause(60_000, controller.signal);
  controller.abort(new Error("closed"));
  await expect(paused).rejects.toThrow("closed");
  await expect(pause(60_000, controller.signal)).rejects.toThrow("closed");
});
