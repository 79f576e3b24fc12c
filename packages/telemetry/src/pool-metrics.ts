/** Connections to the database, under OpenTelemetry's names for them. */
import type { Labels, MetricsRegistry } from "./metrics-registry.ts";

export interface PoolUsage {
  readonly idle: number;
  readonly used: number;
  readonly pending: number;
  readonly max: number;
}

/** By name: "api", "dispatcher". */
export function registerPools(
  registry: MetricsRegistry,
  pools: Readonly<Record<string, { usage(): PoolUsage }>>,
): void {
  const all = Object.entries(pools).map(
    ([name, pool]) => [{ "db.client.connection.pool.name": name }, pool] as const,
  );
  const read = (value: (usage: PoolUsage) => number) => () =>
    all.map(([labels, pool]): [Labels, number] => [labels, value(pool.usage())]);

  registry.gauge("db.client.connection.count", { help: "Connections to the database." }, () =>
    all.flatMap(([labels, pool]): [Labels, number][] => {
      const { idle, used } = pool.usage();
      return [
        [{ ...labels, "db.client.connection.state": "idle" }, idle],
        [{ ...labels, "db.client.connection.state": "used" }, used],
      ];
    }),
  );
  registry.gauge(
    "db.client.connection.pending_requests",
    { help: "Queries that wait for a connection." },
    read((usage) => usage.pending),
  );
  registry.gauge(
    "db.client.connection.max",
    { help: "Most connections that the pool opens." },
    read((usage) => usage.max),
  );
}
