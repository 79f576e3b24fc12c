/**
 * Posts events at a steady rate, whether answers come or not: arrivals do not wait for a system that is down.
 * Its ledger says of every request what it was answered; only what was answered 202 was promised.
 */
import { Agent, request } from "undici";
import { hashOf, numberedSample } from "./sample.ts";

const ANSWER_WITHIN_MS = 15_000;
const MOST_CONNECTIONS = 128;
const TICK_MS = 5;
const HEALTH_EVERY_MS = 250;
const HEALTH_WITHIN_MS = 2_000;

export interface Posted {
  readonly number: number;
  readonly bodyHash: string;
  /** What became of the request; "no answer" may have been stored all the same. */
  answer: number | "no answer" | "under way";
  /** Of a 202. */
  eventId?: string;
}

export interface Load {
  /** By number. */
  readonly posted: ReadonlyMap<number, Posted>;
  /** Posts nothing more; resolves when the last request is answered or given up. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  /** Of the same source; event by event another one. */
  readonly hookUrls: readonly string[];
  readonly perSecond: number;
  /**
   * As a load balancer does it: only to those whose `/readyz` says yes, and to the next one where nobody listens, for
   * nothing was sent there. What may have been received is not repeated.
   */
  readonly balanced?: boolean;
  /** The first event's number. */
  readonly from?: number;
}

export function startLoad(options: LoadOptions): Load {
  const { hookUrls, perSecond, from = 1_000_000 } = options;
  const posted = new Map<number, Posted>();
  const underWay = new Set<Promise<void>>();
  const health = options.balanced === true ? watchHealth(hookUrls) : undefined;
  const agent = new Agent({ connections: MOST_CONNECTIONS, headersTimeout: ANSWER_WITHIN_MS, pipelining: 1 });
  const startedAt = performance.now();

  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond);
    while (posted.size < due) {
      const sending = send(from + posted.size);
      underWay.add(sending);
      void sending.finally(() => underWay.delete(sending));
    }
  }, TICK_MS);

  async function send(number: number): Promise<void> {
    const body = numberedSample(number);
    const entry: Posted = { number, bodyHash: hashOf(body), answer: "under way" };
    posted.set(number, entry);
    try {
      const answer = await post(number, body);
      const text = await answer.body.text();
      if (answer.statusCode === 202) entry.eventId = (JSON.parse(text) as { id: string }).id;
      entry.answer = answer.statusCode;
    } catch {
      entry.answer = "no answer";
    }
  }

  async function post(number: number, body: Buffer): ReturnType<typeof request> {
    const tries = health?.inTurn(number) ?? [hookUrls[number % hookUrls.length] ?? ""];
    for (let turn = 0; ; turn += 1) {
      try {
        return await request(tries[turn] ?? "", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
          dispatcher: agent,
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        });
      } catch (error) {
        if (turn + 1 >= tries.length || (error as { code?: unknown }).code !== "ECONNREFUSED") throw error;
      }
    }
  }

  return {
    posted,
    async stop() {
      clearInterval(timer);
      health?.stop();
      await Promise.all(underWay);
      await agent.destroy();
    },
  };
}

/** Which of the addresses are ready, asked all the time. */
function watchHealth(hookUrls: readonly string[]) {
  const ready = new Set(hookUrls);
  const timer = setInterval(() => {
    for (const url of hookUrls) {
      void request(new URL("/readyz", url), { reset: true, signal: AbortSignal.timeout(HEALTH_WITHIN_MS) })
        .then(async ({ statusCode, body }) => {
          await body.dump();
          return statusCode === 200;
        })
        .catch(() => false)
        .then((isReady) => (isReady ? ready.add(url) : ready.delete(url)));
    }
  }, HEALTH_EVERY_MS);
  return {
    /** Those that are ready first. */
    inTurn(number: number): string[] {
      const rotated = hookUrls.map((_, turn) => hookUrls[(number + turn) % hookUrls.length] ?? "");
      return [...rotated.filter((url) => ready.has(url)), ...rotated.filter((url) => !ready.has(url))];
    },
    stop: () => clearInterval(timer),
  };
}
