/** A process of the run that answers questions over Node's own channel: asked here, answered in the child. */
import { fork } from "node:child_process";
import { once } from "node:events";

export interface Child {
  readonly pid: number;
  ask<Reply>(question: unknown): Promise<Reply>;
  stop(): Promise<void>;
}

type Answer = { readonly id: number } & ({ readonly reply: unknown } | { readonly error: string });

/** Starts a program of ours. `"hello"` is what every one can be asked: what it says about itself, its address for instance. */
export function startChild(program: URL, execArgv: readonly string[] = []): Child {
  const forked = fork(program, { serialization: "advanced", execArgv: [...execArgv] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let nextId = 0;

  forked.on("message", (answer: Answer) => {
    const asker = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("error" in answer) asker?.reject(new Error(answer.error));
    else asker?.resolve(answer.reply);
  });
  const ended = once(forked, "exit");
  forked.on("exit", () => {
    for (const asker of waiting.values()) asker.reject(new Error(`${program.pathname} ended`));
  });

  return {
    pid: forked.pid ?? 0,
    ask<Reply>(question: unknown): Promise<Reply> {
      const id = nextId++;
      const asker = Promise.withResolvers<unknown>();
      waiting.set(id, asker);
      forked.send({ id, question }, (error) => error && asker.reject(error));
      return asker.promise as Promise<Reply>;
    },
    async stop() {
      if (forked.connected) forked.disconnect();
      await ended;
    },
  };
}

/** The child's side: answers each question, ends when the parent lets go of it or dies. */
export function answerParent(
  hello: () => Promise<unknown>,
  answer: (question: never) => Promise<unknown>,
): void {
  // Ctrl-C reaches the whole process group; the parent decides when we end.
  process.on("SIGINT", () => {});
  process.on("disconnect", () => process.exit(0));
  process.on("message", ({ id, question }: { id: number; question: unknown }) => {
    const work = question === "hello" ? hello() : answer(question as never);
    work.then(
      (reply) => process.send?.({ id, reply }),
      (error: unknown) =>
        process.send?.({ id, error: error instanceof Error ? error.message : String(error) }),
    );
  });
}
