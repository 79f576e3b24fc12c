/**
 * A real Kafka for tests and development: one node or three, on free ports, without Docker.
 *
 * @example
 * await using kafka = await startKafka({ nodes: 3 });
 * kafka.brokers; // ["127.0.0.1:40001", …]
 * await kafka.kill(1);
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BrokerNode } from "./broker-node.ts";
import { findFreePorts } from "./free-ports.ts";
import { resolveJars } from "./jars.ts";
import { openSecuredListener } from "./secured-listener.ts";
import type { SecuredListener } from "./secured-listener.ts";
import { serverProperties } from "./server-properties.ts";
import type { NodePlace } from "./server-properties.ts";

export type { SecuredListener } from "./secured-listener.ts";

export interface KafkaOptions {
  /** Default 1. */
  readonly nodes?: 1 | 3;
  /** Of the first node; default: a free one. */
  readonly port?: number;
  /** Kept at the end and used again; default: a temporary one. */
  readonly folder?: string;
  /** On every node, beside what it needs. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A second listener with TLS and SASL, for one node. */
  readonly secured?: boolean;
  /** What takes long is told here; default: stderr. */
  readonly onProgress?: (text: string) => void;
}

export interface Kafka extends AsyncDisposable {
  /** "127.0.0.1:40001" of each node, in the order of the nodes. */
  readonly brokers: readonly string[];
  readonly secured: SecuredListener | undefined;
  /** Of those that run. */
  readonly pids: readonly number[];
  /** kill -9 of node 1, 2 or 3; resolves when it is gone. */
  kill(node: number): Promise<void>;
  /** Up again on the same port, with its data. */
  restart(node: number): Promise<void>;
  /** Whether it stands still: there, but without an answer. */
  freeze(node: number, frozen: boolean): void;
  stop(): Promise<void>;
}

/** Throws a KafkaMissingError where Java or Maven are not there. */
export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const count = options.nodes ?? 1;
  const jars = await resolveJars(options.onProgress ?? ((text) => process.stderr.write(`${text}\n`)));
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "stellwerk-kafka-"));
  mkdirSync(folder, { recursive: true });
  const ports = await findFreePorts(count * 2 + 1);
  const places: NodePlace[] = Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    port: (index === 0 ? options.port : undefined) ?? ports[index * 2] ?? 0,
    controllerPort: ports[index * 2 + 1] ?? 0,
  }));
  const secured = options.secured === true ? await openSecuredListener(folder, ports.at(-1) ?? 0) : undefined;
  const clusterId = readClusterId(folder);
  const nodes = places.map(
    (place) =>
      new BrokerNode({
        id: place.id,
        jars,
        folder,
        clusterId,
        properties: (dataDir) =>
          serverProperties(place, places, dataDir, { ...secured?.settings(place), ...options.settings }),
        formatArgs: secured?.formatArgs ?? [],
      }),
  );
  const nodeOf = (id: number): BrokerNode => {
    const node = nodes[id - 1];
    if (!node) throw new Error(`There is no node ${id}, only 1 to ${count}`);
    return node;
  };
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    // Together: they elect a controller among themselves.
    await Promise.all(nodes.map((node) => node.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    brokers: places.map((place) => `127.0.0.1:${place.port}`),
    secured: secured?.listener,
    get pids() {
      return nodes.flatMap((node) => node.pid ?? []);
    },
    kill: (id) => nodeOf(id).kill(),
    restart: (id) => nodeOf(id).start(),
    freeze: (id, frozen) => nodeOf(id).freeze(frozen),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function readClusterId(folder: string): string {
  const file = join(folder, "cluster-id");
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Not one that begins with a dash, which would be an option to Kafka's tool.
    const clusterId = Buffer.concat([Buffer.of(0), randomBytes(15)]).toString("base64url");
    writeFileSync(file, clusterId);
    return clusterId;
  }
}
