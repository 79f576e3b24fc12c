/**
 * Stands between everybody and one Kafka broker and can end a process at an exact step of a produce: when it is on its
 * way, when it is stored and nobody was told, or right after that was told. Who asks is read from the client id,
 * which ends with the process's pid.
 *
 * The broker has to advertise the proxy's port, or its clients go past it: `advertised.listeners`.
 */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { NOBODY, type Moment, type Victim } from "../trap.ts";
import { eachFrame, readRequest, readCorrelationId } from "./frames.ts";

/** Kafka's number for it. */
const PRODUCE = 0;

export interface ProduceStep {
  /** Of the process that produces; undefined: any. */
  readonly pid: number | undefined;
  readonly at: Moment;
}

interface Trap {
  readonly step: ProduceStep;
  readonly victim: Victim;
  spring(): void;
}

export interface KafkaProxy extends AsyncDisposable {
  readonly port: number;
  /** "host:port" of the broker. */
  forwardTo(broker: string): void;
  /** Resolves when the step was met and the victim killed. One trap at a time. */
  killAt(step: ProduceStep, victim: Victim): Promise<void>;
  /** Loses the answer to that process's next produce and breaks its connection, and kills nobody. */
  loseAnswer(pid: number): Promise<void>;
  /** Forgets a trap whose step does not come. */
  disarm(): void;
}

export async function startKafkaProxy(): Promise<KafkaProxy> {
  let target = { host: "", port: 0 };
  let trap: Trap | undefined;
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const broker = connect(target);
    /** Of the produce whose answer the trap waits for. */
    let awaited: number | undefined;
    const close = () => {
      client.destroy();
      broker.destroy();
      sockets.delete(client);
      sockets.delete(broker);
    };
    for (const socket of [client, broker]) {
      sockets.add(socket.setNoDelay());
      socket.on("error", close).on("close", close);
    }
    eachFrame(client, (frame) => {
      const request = readRequest(frame);
      if (request.api === PRODUCE && trap !== undefined && isOf(trap.step.pid, request.clientId)) {
        if (trap.step.at === "asked") {
          close();
          return springTrap();
        }
        awaited = request.correlationId;
      }
      if (!broker.destroyed) broker.write(frame);
    });
    eachFrame(broker, (frame) => {
      if (client.destroyed) return;
      if (trap === undefined || readCorrelationId(frame) !== awaited) return void client.write(frame);
      if (trap.step.at === "committed") {
        close();
        return springTrap();
      }
      trap.victim.freeze();
      client.write(frame, springTrap);
    });
  });

  function springTrap(): void {
    const sprung = trap;
    trap = undefined;
    if (sprung !== undefined) void Promise.resolve(sprung.victim.kill()).then(() => sprung.spring());
  }

  function killAt(step: ProduceStep, victim: Victim): Promise<void> {
    if (trap !== undefined) throw new Error("there is a trap at a produce already");
    return new Promise((resolve) => {
      trap = { step, victim, spring: resolve };
    });
  }

  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    forwardTo(broker) {
      const [host = "", port] = broker.split(":");
      target = { host, port: Number(port) };
    },
    killAt,
    loseAnswer: (pid) => killAt({ pid, at: "committed" }, NOBODY),
    disarm() {
      trap = undefined;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isOf(pid: number | undefined, clientId: string): boolean {
  return pid === undefined || clientId.endsWith(`-${pid}`);
}
