/**
 * Events at a steady rate, whether answers come or not. Those of one subject follow each other: the next is posted when
 * the one before was answered, so that their order is known to whoever looks from outside.
 */
import { hashOf } from "@stellwerk/e2e/sample.ts";
import { monotonicMs } from "./monotonic.ts";
import { Agent, request } from "undici";
import { EVENT_TYPE } from "./set-up.ts";

const ANSWER_WITHIN_MS = 15_000;
const TICK_MS = 10;

export interface Promised {
  readonly account: string;
  readonly event: string;
  /** Of what was published: a webhook carries it as it is. */
  readonly bodyHash: string;
  readonly subject: number;
  /** Of its subject, counting up. */
  readonly number: number;
  /** When 202 came. */
  readonly atMs: number;
}

export interface DrillLoad {
  readonly posted: number;
  readonly promised: readonly Promised[];
  /** Posts nothing more; resolves when the last request is answered or given up. */
  stop(): Promise<void>;
}

export interface DrillLoadOptions {
  readonly addresses: readonly string[];
  readonly accounts: readonly { readonly id: string; readonly key: string }[];
  readonly perSecond: number;
  readonly subjects: number;
}

export function startDrillLoad({ addresses, accounts, perSecond, subjects }: DrillLoadOptions): DrillLoad {
  const promised: Promised[] = [];
  const numbers = Array<number>(subjects).fill(0);
  const free = new Set(numbers.keys());
  const underWay = new Set<Promise<void>>();
  const agent = new Agent({ connections: subjects, headersTimeout: ANSWER_WITHIN_MS, pipelining: 1 });
  const startedAt = performance.now();
  let posted = 0;
  let due = 0;

  const timer = setInterval(() => {
    due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond);
    for (const subject of free) {
      if (posted >= due) return;
      const sending = send(subject);
      underWay.add(sending);
      void sending.finally(() => underWay.delete(sending));
    }
  }, TICK_MS);

  async function send(subject: number): Promise<void> {
    free.delete(subject);
    const number = (numbers[subject] ?? 0) + 1;
    numbers[subject] = number;
    posted += 1;
    // A subject belongs to one account.
    const account = accounts[subject % accounts.length];
    if (account === undefined) throw new Error("there is no account to publish to");
    const data = { event: EVENT_TYPE, subject, number };
    try {
      const answer = await request(`${addresses[posted % addresses.length]}/v1/events`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${account.key}` },
        body: JSON.stringify({
          type: EVENT_TYPE,
          subject: `website/${subject}`,
          data,
        }),
        dispatcher: agent,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const text = await answer.body.text();
      if (answer.statusCode === 202) {
        const { id } = JSON.parse(text) as { id: string };
        promised.push({
          account: account.id,
          event: id,
          bodyHash: hashOf(Buffer.from(JSON.stringify(data))),
          subject,
          number,
          atMs: monotonicMs(),
        });
      }
    } catch {
      // No answer: it may have been stored all the same, and nobody was promised anything.
    }
    // To the back of the queue.
    free.add(subject);
  }

  return {
    promised,
    get posted() {
      return posted;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      await agent.destroy();
    },
  };
}
