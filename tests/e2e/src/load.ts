/**
 * Posts events at a steady rate, whether answers come or not: arrivals do not wait for a system that is down.
 * Its ledger says of every request what it was answered; only what was answered 202 was promised.
 */
import { Agent, request } from "undici";
import { hashOf, numberedSample } from "./sample.ts";

const ANSWER_WITHIN_MS = 15_000;
const MOST_CONNECTIONS = 128;
const TICK_MS = 5;

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
  /** Where nobody listens the next address is asked, as a load balancer does it: nothing was sent there. */
  readonly elsewhereIfRefused?: boolean;
  /** The first event's number. */
  readonly from?: number;
}

export function startLoad(options: LoadOptions): Load {
  const { hookUrls, perSecond, from = 1_000_000 } = options;
  const posted = new Map<number, Posted>();
  const underWay = new Set<Promise<void>>();
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
      const answer = await post(number, body, options.elsewhereIfRefused === true ? hookUrls.length : 1);
      const text = await answer.body.text();
      if (answer.statusCode === 202) entry.eventId = (JSON.parse(text) as { id: string }).id;
      entry.answer = answer.statusCode;
    } catch {
      entry.answer = "no answer";
    }
  }

  async function post(number: number, body: Buffer, tries: number): ReturnType<typeof request> {
    for (let turn = 0; ; turn += 1) {
      try {
        return await request(hookUrls[(number + turn) % hookUrls.length] ?? "", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
          dispatcher: agent,
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        });
      } catch (error) {
        if (turn + 1 >= tries || (error as { code?: unknown }).code !== "ECONNREFUSED") throw error;
      }
    }
  }

  return {
    posted,
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      await agent.destroy();
    },
  };
}
