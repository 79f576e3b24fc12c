/** api and dispatcher as processes at the highest level of logging, with a secret in every setting that takes one. */
import { openDatabase } from "@stellwerk/store";
import { startTestPostgres } from "@stellwerk/store/testing";
import { AppProcess } from "../processes/app-process.ts";
import { findFreePort } from "../processes/free-port.ts";
import { dumpDatabase } from "./dump-database.ts";
import { startEchoTarget } from "./echo-target.ts";
import type { Place } from "./find-leaks.ts";
import type { Secrets } from "./secrets.ts";
import { WatchedApi } from "./watched-api.ts";

const READY_WITHIN_MS = 60_000;
/** A leak at the beginning must not scroll away. */
const MOST_SAID = 5_000_000;

export async function openCanaryScene(secrets: Secrets) {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startTestPostgres());
  const target = opened.use(await startEchoTarget());
  const db = openDatabase({ url: postgres.url, applicationName: "canary test" });
  opened.defer(() => db.close());
  const password = secrets.databasePassword.replaceAll("'", "''");
  await db.query(`CREATE ROLE canary SUPERUSER LOGIN PASSWORD '${password}'`);
  const databaseUrl = new URL(postgres.url);
  databaseUrl.username = "canary";
  databaseUrl.password = encodeURIComponent(secrets.databasePassword);
  const [port, metricsPort] = [await findFreePort(), await findFreePort()];
  const env = {
    DATABASE_URL: databaseUrl.href,
    STELLWERK_SECRET_KEY: secrets.secretKey,
    STELLWERK_OTHER_SECRET_KEYS: secrets.otherSecretKey,
    STELLWERK_API_KEY: secrets.adminKey,
    STELLWERK_METRICS_TOKEN: secrets.metricsToken,
    KAFKA_SASL_USERNAME: "canary",
    KAFKA_SASL_PASSWORD: secrets.saslPassword,
    OTEL_EXPORTER_OTLP_ENDPOINT: target.url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${secrets.collectorKey}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    LOG_LEVEL: "trace",
  };
  const processes: AppProcess[] = [];
  opened.defer(async () => void (await Promise.all(processes.map((each) => each.kill()))));
  const start = (app: string, more: Record<string, string>) => {
    const started = new AppProcess({ app, env: { ...env, ...more }, keptCharacters: MOST_SAID });
    processes.push(started);
    return started;
  };
  const url = `http://127.0.0.1:${port}`;
  const metricsUrl = `http://127.0.0.1:${metricsPort}`;
  const api = start("api", { PORT: String(port) });
  const dispatcher = start("dispatcher", { STELLWERK_METRICS_PORT: String(metricsPort) });
  await Promise.all([api.isReady(url, READY_WITHIN_MS), dispatcher.isReady(metricsUrl, READY_WITHIN_MS)]);
  const watched = new WatchedApi(url, secrets.adminKey);
  const ending = opened.move();
  return {
    api: watched,
    db,
    target,
    url,
    metricsUrl,
    /** Its exit code; what it said is a place as well. */
    async failToStart(app: string, more: Record<string, string>): Promise<number | null> {
      const once = { STELLWERK_START_TIMEOUT_SECONDS: "1", PORT: "0" };
      return (await start(app, { ...once, ...more }).ended).code;
    },
    stop: () => Promise.all([api.stop(), dispatcher.stop()]),
    /** Everything that the outside can see. */
    async places(): Promise<Place[]> {
      const said = processes.map(({ app, output }, index) => {
        if (output.length === MOST_SAID) throw new Error(`${app} said more than is kept`);
        return { name: `log of ${app} (${index})`, text: output };
      });
      return [...said, ...watched.places, ...target.traces, ...(await dumpDatabase(db))];
    },
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}

export type CanaryScene = Awaited<ReturnType<typeof openCanaryScene>>;
