/** The api: takes events in, and lets people and programs configure and look. */
import type { EventBus } from "@stellwerk/bus";
import { type Connector, createHttpClient, createTargetCheck, type Network } from "@stellwerk/connector-kit";
import type { RefusedConnector } from "@stellwerk/connectors";
import { newUuid } from "@stellwerk/delivery";
import type { History } from "@stellwerk/history";
import type { Log } from "@stellwerk/log";
import { StartError } from "@stellwerk/process";
import {
  type Database,
  findOldestApiSource,
  loadInstallation,
  openAccounts,
  type Sealer,
} from "@stellwerk/store";
import { noTelemetry, registerPools, type Telemetry } from "@stellwerk/telemetry";
import express from "express";
import { changeConfiguration } from "./changes.ts";
import { refuseOwnHooks } from "./connections/own-hooks.ts";
import { close, listen, portOf } from "./http/listen.ts";
import { registerRoutes } from "./http/register-routes.ts";
import { createAccess } from "./ingress/access.ts";
import { createClaimGatherer } from "./ingress/gather-claims.ts";
import { createIntake, LONG_ANSWER_LIMITS, MANAGEMENT_LIMITS, VENDOR_CALL_LIMITS } from "./ingress/intake.ts";
import { createRejectedRing } from "./ingress/rejected-ring.ts";
import { trustProxies } from "./limits/client-address.ts";
import { limitAllAccess } from "./limits/limit-all-access.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits/limits.ts";
import { watchLoopDelay } from "./limits/loop-delay.ts";
import { createApiMetrics } from "./metrics.ts";
import { routes } from "./routes.ts";
import type { Services } from "./services.ts";
import { createSource } from "./sources/source.ts";

export interface ApiOptions {
  readonly config: {
    readonly host: string;
    /** 0 takes a free one. */
    readonly port: number;
    /** Without a slash at the end; unset: where it listens. */
    readonly publicUrl?: string | undefined;
    /** Longest wait for requests in flight when stopping. */
    readonly graceMs: number;
    readonly limits?: Partial<Limits>;
    /** What connections may name beside public addresses: `10.1.0.0/16`, `::1`. The operator's to say. */
    readonly allowAddresses?: readonly string[] | undefined;
  };
  /** Migrated, and the installation prepared. */
  readonly db: Database;
  /** With its topics. */
  readonly bus: EventBus;
  readonly connectors: readonly Connector[];
  readonly refusedConnectors?: readonly RefusedConnector[] | undefined;
  readonly sealer: Sealer;
  readonly log: Log;
  /** For tests: another name server. */
  readonly network?: Network | undefined;
  /** Unset: nothing is counted and nothing traced. */
  readonly telemetry?: Telemetry | undefined;
  /** Unset: what is accepted is not written down. */
  readonly history?: History | undefined;
}

export interface Api {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** What stands in hook URLs. */
  readonly publicUrl: string;
  /** Takes no new request, finishes those in flight. */
  stop(): Promise<void>;
}

/** A list of channels or a description of a record type is long; it is read once and not kept. */
const VENDOR_REPLIES = { keepReplyBytes: 2 * 1024 * 1024, readReplyBytes: 4 * 1024 * 1024 };

export async function startApi(options: ApiOptions): Promise<Api> {
  const { config, db, bus, connectors, sealer, log, telemetry = noTelemetry } = options;
  const installation = await loadInstallation(db);
  if (installation === undefined)
    throw new StartError("The database holds no installation; start it with prepareInstallation()");

  const wall = await openAccounts(db);
  const access = createAccess({
    db,
    wall,
    log,
    makeApiSource: (accountId) => makeApiSource({ db: wall.of(accountId), sealer }, accountId),
  });
  const rejected = createRejectedRing(wall, log);
  const limits = { ...DEFAULT_LIMITS, ...config.limits };
  const proxies = trustProxies(limits.trustedProxies);
  const loopDelay = watchLoopDelay();
  let stopping = false;
  let publicUrl = config.publicUrl;
  const { allowAddresses } = config;
  const http = createHttpClient({
    userAgent: "Stellwerk",
    allowAddresses,
    network: options.network,
    ...VENDOR_REPLIES,
  });
  const services: Services = {
    db: wall.of(""),
    wall,
    bus,
    connectors,
    refusedConnectors: options.refusedConnectors ?? [],
    targets: refuseOwnHooks(
      createTargetCheck({ allowAddresses, network: options.network }),
      () => publicUrl ?? "",
    ),
    sealer,
    log,
    metrics: createApiMetrics(telemetry.registry),
    metricsReader: telemetry.reader,
    metricsToken: telemetry.metricsToken,
    tracing: telemetry.tracing,
    history: options.history,
    ...limitAllAccess(access, limits, proxies),
    accounts: access.accounts,
    apiSources: access.apiSources,
    intake: createIntake(undefined, loopDelay.isTooLong),
    managementIntake: createIntake(MANAGEMENT_LIMITS, loopDelay.isTooLong),
    longAnswers: createIntake(LONG_ANSWER_LIMITS, loopDelay.isTooLong),
    vendorCalls: createIntake(VENDOR_CALL_LIMITS, loopDelay.isTooLong),
    http,
    claims: createClaimGatherer(wall.lobby),
    rejected,
    partitions: installation.partitions,
    publicUrl: () => publicUrl ?? "",
    isStopping: () => stopping,
  };

  registerPools(telemetry.registry, { api: db });
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", "simple");
  app.enable("case sensitive routing");
  app.set("trust proxy", (address: string) => proxies.has(address));
  const answer = registerRoutes(app, routes, services);

  const listener = await access.listen();
  const server = await listen(answer, {
    host: config.host,
    port: config.port,
    https: publicUrl?.startsWith("https:") === true,
    limits,
    proxies,
    log,
  }).catch(async (error: unknown) => {
    loopDelay.stop();
    await listener.close();
    throw error;
  });
  const url = urlOf(config.host, portOf(server));
  publicUrl ??= url;
  log.info({ url, publicUrl }, "api ready");

  return {
    url,
    publicUrl,
    async stop() {
      stopping = true;
      await close(server, config.graceMs);
      await http.close();
      loopDelay.stop();
      await rejected.flush();
      await listener.close();
    },
  };
}

/** An address that can be opened: nothing can be sent to `0.0.0.0`. */
function urlOf(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** Waits for other changes of the account first, so that two processes do not make two. */
function makeApiSource(services: Pick<Services, "db" | "sealer">, accountId: string): Promise<string> {
  return changeConfiguration(services, accountId, async (tx) => {
    const existing = await findOldestApiSource(tx, accountId);
    if (existing !== undefined) return existing;
    const id = newUuid();
    await createSource(tx, accountId, id, { name: "API", kind: "api" }, services.sealer);
    return id;
  });
}
