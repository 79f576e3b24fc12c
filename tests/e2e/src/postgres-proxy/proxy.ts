/**
 * Stands between one process and PostgreSQL and can end that process at an exact step of its work, which no timer
 * hits: when a statement is on its way, when its commit is done and nobody was told, or right after it was told.
 * The process under test holds no code for it; its DATABASE_URL names the proxy.
 */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { NOBODY, type Moment, type Victim } from "../trap.ts";
import { MessageReader, TransactionWatch } from "./messages.ts";

export interface Step {
  /** The prepared statement that marks the transaction: "bus.publish". */
  readonly statement: string;
  readonly at: Moment;
}

interface Trap {
  readonly step: Step;
  readonly victim: Victim;
  spring(): void;
}

export interface PostgresProxy extends AsyncDisposable {
  /** The database's URL, with the proxy's address. */
  readonly url: string;
  /** Resolves when the step was met and the victim killed. One trap at a time. */
  killAt(step: Step, victim: Victim): Promise<void>;
  /** Loses the answer to that commit and breaks its connection, and kills nobody. */
  loseAnswer(statement: string): Promise<void>;
  /** Forgets a trap whose step does not come. */
  disarm(): void;
  /** Breaks every connection that is in the middle of a transaction; answers how many. */
  cut(): number;
  /** Lets nothing through in either direction, until what it answers is called. */
  hold(): () => void;
}

export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  /** What is under way on each connection, and how to break it. */
  const connections = new Map<TransactionWatch, () => void>();
  let isHeld = false;
  let trap: Trap | undefined;

  const server = createServer((client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port) });
    const watch = new TransactionWatch();
    const requests = new MessageReader("client");
    const replies = new MessageReader("server");
    const close = () => {
      client.destroy();
      upstream.destroy();
      connections.delete(watch);
      sockets.delete(client);
      sockets.delete(upstream);
    };
    connections.set(watch, close);
    for (const socket of [client, upstream]) {
      if (isHeld) socket.pause();
      sockets.add(socket.setNoDelay());
      socket.on("error", close).on("close", close);
    }

    client.on("data", (chunk: Buffer) => {
      const messages = requests.push(chunk);
      for (const message of messages) {
        const started = watch.fromClient(message);
        if (trap?.step.at === "asked" && started === trap.step.statement) {
          // What came before it in this chunk is lost with it: the same transaction, or none of its business.
          close();
          return springTrap();
        }
      }
      forward(messages, upstream);
    });
    upstream.on("data", (chunk: Buffer) => {
      const messages = replies.push(chunk);
      for (const message of messages) {
        const committed = watch.fromServer(message);
        if (
          trap === undefined ||
          trap.step.at === "asked" ||
          committed?.includes(trap.step.statement) !== true
        )
          continue;
        if (trap.step.at === "committed") {
          close();
          return springTrap();
        }
        trap.victim.freeze();
        return forward(messages, client, springTrap);
      }
      forward(messages, client);
    });
  });

  function springTrap(): void {
    const sprung = trap;
    trap = undefined;
    if (sprung !== undefined) void Promise.resolve(sprung.victim.kill()).then(() => sprung.spring());
  }

  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);

  function killAt(step: Step, victim: Victim): Promise<void> {
    if (trap !== undefined) throw new Error(`there is a trap at ${trap.step.statement} already`);
    return new Promise((resolve) => {
      trap = { step, victim, spring: resolve };
    });
  }

  return {
    url: url.href,
    killAt,
    loseAnswer: (statement) => killAt({ statement, at: "committed" }, NOBODY),
    disarm() {
      trap = undefined;
    },
    cut() {
      const open = [...connections].filter(([{ statements }]) => statements.length > 0);
      for (const [, close] of open) close();
      return open.length;
    },
    hold() {
      isHeld = true;
      for (const socket of sockets) socket.pause();
      return () => {
        isHeld = false;
        for (const socket of sockets) socket.resume();
      };
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(messages: readonly { readonly bytes: Buffer }[], to: Socket, done?: () => void): void {
  // The other end may have gone meanwhile; what waits for the writing must not wait for ever.
  if (to.destroyed) done?.();
  else if (messages.length > 0) to.write(Buffer.concat(messages.map(({ bytes }) => bytes)), () => done?.());
}
