/** Starts the receiver process, gives it orders and reads its ledger. */
import { fork } from "node:child_process";
import { join } from "node:path";
import { makeTemporaryFolder } from "../temporary-folder.ts";
import { LedgerReader, type Received } from "./ledger.ts";
import type { Faults, Notice, Order, Upset } from "./messages.ts";

const ANSWER_WITHIN_MS = 10_000;

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** Every request it has got, in the order it came. */
  received(): readonly Received[];
  checkSignaturesWith(secret: string): Promise<void>;
  misbehave(faults: Faults): Promise<void>;
  /** Treats the next `count` requests so. */
  upset(how: Upset, count: number): Promise<void>;
  /** Resolves when the order is taken; `killed` when the next request has come and `pid` was killed at it. */
  killAtNextRequest(
    pid: number,
    when: "before-answer" | "after-answer",
  ): Promise<{ readonly killed: Promise<unknown> }>;
}

export async function startReceiver(): Promise<Receiver> {
  const folder = makeTemporaryFolder("ledger");
  const ledgerPath = join(folder.path, "received.jsonl");
  const child = fork(new URL("main.ts", import.meta.url), [ledgerPath], { env: {}, serialization: "json" });
  const ended = new Promise<never>((_, reject) => {
    child.once("exit", (code, signal) => reject(new Error(`the receiver ended (${signal ?? code})`)));
  });
  ended.catch(() => {});

  const notice = <Kind extends Notice["kind"]>(
    kind: Kind,
    matches: (notice: Extract<Notice, { kind: Kind }>) => boolean = () => true,
  ) => {
    const { promise, resolve } = Promise.withResolvers<Extract<Notice, { kind: Kind }>>();
    const listener = (message: Notice) => {
      if (message.kind !== kind || !matches(message as Extract<Notice, { kind: Kind }>)) return;
      child.off("message", listener);
      resolve(message as Extract<Notice, { kind: Kind }>);
    };
    child.on("message", listener);
    return Promise.race([promise, ended]);
  };
  const order = async (given: Order) => {
    const done = notice("done", (each) => each.order === given.kind);
    child.send(given);
    await done;
  };

  const { port } = await Promise.race([notice("listening"), rejectAfter(ANSWER_WITHIN_MS)]);
  const ledger = new LedgerReader(ledgerPath);
  return {
    url: `http://127.0.0.1:${port}/`,
    received: () => ledger.entries(),
    checkSignaturesWith: (secret) => order({ kind: "secret", secret }),
    upset: (how, count) => order({ kind: "upset", how, count }),
    misbehave: (faults) => order({ kind: "faults", faults }),
    async killAtNextRequest(pid, when) {
      const killed = notice("killed", (each) => each.pid === pid);
      killed.catch(() => {});
      await order({ kind: "kill", pid, when });
      return { killed };
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended.catch(() => {});
      folder[Symbol.dispose]();
    },
  };
}

function rejectAfter(ms: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`the receiver did not start within ${ms} ms`)), ms).unref();
  });
}
