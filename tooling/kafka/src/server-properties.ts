/** The settings of one node: controller and broker at once, quick to start and to notice that another is gone. */

export interface NodePlace {
  readonly id: number;
  /** What clients connect to. */
  readonly port: number;
  readonly controllerPort: number;
}

export function serverProperties(
  node: NodePlace,
  nodes: readonly NodePlace[],
  dataDir: string,
  settings: Readonly<Record<string, string>>,
): string {
  const copies = String(Math.min(3, nodes.length));
  const properties: Record<string, string> = {
    "process.roles": "broker,controller",
    "node.id": String(node.id),
    "controller.quorum.voters": nodes.map((each) => `${each.id}@127.0.0.1:${each.controllerPort}`).join(","),
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${node.port}`,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "log.dirs": dataDir,

    // Topics are made by the application, with what it needs.
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": copies,
    "offsets.topic.num.partitions": "3",
    "transaction.state.log.replication.factor": copies,
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "3",
    "share.coordinator.state.topic.replication.factor": copies,
    "share.coordinator.state.topic.min.isr": "1",

    // Tests wait for these.
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "3000",
    "controller.quorum.election.timeout.ms": "500",
    "controller.quorum.fetch.timeout.ms": "1500",

    // Small: several of them on one machine beside what they are tested with.
    "log.cleaner.dedupe.buffer.size": String(8 * 1024 * 1024),
    "log.segment.bytes": String(64 * 1024 * 1024),
    "num.network.threads": "2",
    "num.io.threads": "4",
    ...settings,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n`)
    .join("");
}
