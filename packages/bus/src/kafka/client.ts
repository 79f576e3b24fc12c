/**
 * A kafkajs client whose sockets are ours. kafkajs waits for open requests when it disconnects, and a request that it
 * gave up may still be sent later; `destroy` ends both at once.
 */
import { connect, isIP } from "node:net";
import type { Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { Kafka, logLevel } from "kafkajs";
import type { ISocketFactoryArgs, SASLOptions } from "kafkajs";
import type { Logger } from "pino";
import { createKafkaLog } from "./kafka-log.ts";

/** A broker that does not accept a connection for so long is away. */
const CONNECT_MS = 3_000;
const REQUEST_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;

export interface KafkaTls {
  /** PEM; default: those that Node trusts. */
  readonly ca?: string;
  /** PEM of a client certificate. */
  readonly cert?: string;
  readonly key?: string;
}

export interface KafkaSasl {
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  readonly username: string;
  readonly password: string;
}

export interface ClientOptions {
  /** "host:port" */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly tls?: KafkaTls | undefined;
  readonly sasl?: KafkaSasl | undefined;
  readonly log: Logger;
}

export interface Client {
  readonly kafka: Kafka;
  /** Closes its connections at once; what is unread at the other end is dropped. Nothing can be sent any more. */
  destroy(): void;
}

export function openClient(options: ClientOptions): Client {
  const sockets = new Set<Socket>();
  let destroyed = false;

  function openSocket({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
    if (destroyed) throw new Error("This client was closed");
    const socket = ssl
      ? connectSecurely({ host, port, ...(isIP(host) === 0 && { servername: host }), ...ssl }, onConnect)
      : connect({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    return socket;
  }

  const kafka = new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    ...(options.tls && { ssl: { ...options.tls } }),
    // The same names, which TypeScript cannot see through the union.
    ...(options.sasl && { sasl: options.sasl as SASLOptions }),
    connectionTimeout: CONNECT_MS,
    requestTimeout: REQUEST_MS,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
    socketFactory: openSocket,
    logLevel: logLevel.WARN,
    logCreator: createKafkaLog(options.log),
  });

  return {
    kafka,
    destroy() {
      destroyed = true;
      // With an error, for kafkajs hears only of those: it then rejects what waits for an answer.
      for (const socket of sockets) resetSocket(socket);
    },
  };
}

/** A reset and not a goodbye: a broker that stood still must not find our bytes when it goes on. */
function resetSocket(socket: Socket): void {
  const canReset = socket.writable && !socket.connecting && !("encrypted" in socket);
  if (canReset) socket.resetAndDestroy();
  else socket.destroy();
  socket.emit("error", new Error("The client was closed"));
}
