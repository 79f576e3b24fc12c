/** Claims about a backend that is killed and comes back. */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import { BusUnavailableError } from "../errors.ts";
import type { BreakableBackend } from "./bus-driver.ts";
import type { Claim } from "./claim.ts";
import { byKey, gate, read, sequence, until } from "./reading.ts";

/** The contract says 30 s; the quick suite shortens it, and the claim's name says so. */
const OUTAGE_SECONDS = Number(process.env["STELLWERK_BUS_OUTAGE_SECONDS"] ?? 4);

export function faultClaims<Backend extends BreakableBackend>(claim: Claim<Backend>): void {
  claim(
    "what publish resolved for survives a kill -9 of the backend at any moment",
    async ({ open, topic, record, backend }) => {
      const bus = await open();
      const acknowledged: string[] = [];
      for (const round of sequence(3)) {
        const ready = gate();
        const publishing = sequence(200).map(async (n) => {
          await pause(n / 4);
          const value = `${round}/${n}`;
          await bus.publish([record(`key-${n % 10}`, value)]);
          acknowledged.push(value);
          if (n === 60) ready.open();
        });
        // Now, because some are rejected before the backend is back.
        const settled = Promise.allSettled(publishing);
        await ready.opened;
        await backend.kill();
        await backend.restart();
        await settled;
      }
      const reader = await read(await open(), topic);
      await until(() => {
        const stored = new Set(reader.values());
        return acknowledged.every((value) => stored.has(value));
      });
      expect(acknowledged.length).toBeGreaterThan(150);
    },
    { timeoutMs: 60_000 },
  );

  claim(
    `nothing is lost when the backend is away for ${OUTAGE_SECONDS} s under load; publish rejects meanwhile in time`,
    async ({ open, topic, record, backend }) => {
      const deadlineMs = 1_500;
      const bus = await open({ publishDeadlineMs: deadlineMs });
      const reader = await read(await open(), topic, { group: `${topic}.group` });
      const acknowledged = new Set<string>();
      const rejections: { tookMs: number; error: unknown }[] = [];
      const enough = new AbortController();
      const publishers = sequence(8).map(async (publisher) => {
        for (let n = 0; !enough.signal.aborted; n++) {
          const value = `${publisher}/${n}`;
          const beganAt = performance.now();
          try {
            await bus.publish([record(`key-${publisher}`, value)]);
            acknowledged.add(value);
          } catch (error) {
            rejections.push({ tookMs: performance.now() - beganAt, error });
          }
          await pause(5);
        }
      });
      await reader.until(200);
      await backend.kill();
      await pause(OUTAGE_SECONDS * 1_000);
      const duringOutage = acknowledged.size;
      await backend.restart();
      await until(() => acknowledged.size > duringOutage + 200, 30_000);
      enough.abort();
      await Promise.all(publishers);
      await until(() => {
        const stored = new Set(reader.values());
        return [...acknowledged].every((value) => stored.has(value));
      }, 30_000);
      expect(rejections.length).toBeGreaterThan(0);
      for (const { tookMs, error } of rejections) {
        expect(error).toBeInstanceOf(BusUnavailableError);
        expect(error).toMatchObject({ code: "bus.unavailable", retryable: true });
        expect(tookMs).toBeLessThan(deadlineMs + 500);
      }
      for (const values of Object.values(byKey(reader.records))) {
        const numbers = values.map((value) => Number(value.split("/")[1]));
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
    },
    { timeoutMs: OUTAGE_SECONDS * 1_000 + 60_000 },
  );

  claim(
    "a short absence of the backend goes unnoticed by publishers",
    async ({ open, topic, record, backend }) => {
      const bus = await open({ publishDeadlineMs: 20_000 });
      await backend.kill();
      const published = bus.publish([record("key", "patient")]);
      await pause(500);
      await backend.restart();
      await published;
      const reader = await read(bus, topic);
      await reader.until(1);
    },
    { timeoutMs: 40_000 },
  );

  claim(
    "a full buffer rejects at once and takes records again when the backend is back",
    async ({ open, record, backend }) => {
      const deadlineMs = 2_000;
      const bus = await open({ publishDeadlineMs: deadlineMs, bufferBytes: 1024 * 1024 });
      await backend.kill();
      const waiting = sequence(10).map((n) => bus.publish([record(`key-${n}`, Buffer.alloc(100 * 1024))]));
      const settled = Promise.allSettled(waiting);
      const beganAt = performance.now();
      const refused = bus.publish([record("key", Buffer.alloc(100 * 1024))]);
      await expect(refused).rejects.toThrow(BusUnavailableError);
      await expect(refused).rejects.toThrow("buffer is full");
      expect(performance.now() - beganAt).toBeLessThan(200);
      for (const result of await settled)
        expect(result).toMatchObject({ status: "rejected", reason: { retryable: true } });
      expect(performance.now() - beganAt).toBeLessThan(deadlineMs + 500);
      await backend.restart();
      await bus.publish([record("key", Buffer.alloc(100 * 1024))]);
    },
    { timeoutMs: 40_000 },
  );

  claim(
    "a batch's signal is aborted when the session ends, and the batch comes again",
    async ({ open, topic, record, backend, driver }) => {
      const bus = await open({ sessionTimeoutMs: driver.shortestSessionMs });
      await bus.publish([record("key", "value")]);
      const signals: AbortSignal[] = [];
      const ended: string[] = [];
      const reader = await read(bus, topic, {
        group: `${topic}.group`,
        async onBatch({ signal }) {
          signals.push(signal);
          if (signals.length > 1) return;
          await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
          ended.push("aborted");
        },
      });
      await until(() => signals.length === 1);
      await backend.kill();
      await until(() => ended.length === 1, driver.shortestSessionMs * 2 + 10_000);
      await backend.restart();
      await until(() => reader.records.length === 2, 30_000);
      expect(signals[1]?.aborted).toBe(false);
    },
    { timeoutMs: 60_000 },
  );

  claim(
    "ping says whether the backend answers",
    async ({ open, backend }) => {
      const bus = await open();
      await bus.ping();
      await backend.kill();
      await expect(bus.ping()).rejects.toThrow(BusUnavailableError);
      await backend.restart();
      await bus.ping();
    },
    { timeoutMs: 40_000 },
  );
}
