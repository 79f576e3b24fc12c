/** The dispatcher as a process of its own. */
import { openBus, platformTopics } from "@stellwerk/bus";
import { loadConnectors } from "@stellwerk/connectors";
import { openHistory } from "@stellwerk/history";
import { runService } from "@stellwerk/process";
import {
  createSealer,
  enterAsDispatcher,
  openDatabase,
  prepareStore,
  readOtherSecretKeys,
  readSecretKey,
} from "@stellwerk/store";
import { countBusWrites, openTelemetry } from "@stellwerk/telemetry";
import { readConfig } from "./config.ts";
import { serveOperations } from "./serve-operations.ts";
import { startDispatcher } from "./start-dispatcher.ts";

await runService({
  name: "dispatcher",
  readConfig,
  async start({ config, log, signal }) {
    const sealer = createSealer({
      current: readSecretKey(config.STELLWERK_SECRET_KEY),
      others: readOtherSecretKeys(config.STELLWERK_OTHER_SECRET_KEYS),
    });
    const { connectors } = await loadConnectors({
      names: config.STELLWERK_CONNECTORS,
      from: config.STELLWERK_CONNECTORS_DIR,
      log,
    });
    const telemetry = await openTelemetry(config, { serviceName: "stellwerk-dispatcher", log });
    const applicationName = "stellwerk dispatcher";
    const history = openHistory(config.STELLWERK_HISTORY_FILE, "dispatcher");
    const db = openDatabase({ url: config.DATABASE_URL, applicationName, plansOnce: true });
    const startTimeoutMs = config.STELLWERK_START_TIMEOUT_SECONDS * 1_000;
    const { partitions, apiKey } = await prepareStore(db, {
      log,
      signal,
      timeoutMs: startTimeoutMs,
      partitions: config.STELLWERK_PARTITIONS,
      apiKey: config.STELLWERK_API_KEY,
    });
    await enterAsDispatcher(db);
    // Whoever starts first sets the installation up. Not through the log: that is kept, and a key must not be.
    if (apiKey !== undefined) process.stdout.write(`\nAdmin API key, shown this once: ${apiKey}\n\n`);
    const bus = await openBus(config, {
      databaseUrl: config.DATABASE_URL,
      applicationName,
      topics: platformTopics(partitions),
      log,
      timeoutMs: startTimeoutMs,
      signal,
      watch: countBusWrites(telemetry.registry),
    });
    const dispatcher = await startDispatcher({
      config: {
        graceMs: config.STELLWERK_GRACE_SECONDS * 1_000,
        retentionDays: config.STELLWERK_RETENTION_DAYS,
        allowAddresses: config.STELLWERK_ALLOW_ADDRESSES,
      },
      db,
      bus,
      connectors,
      sealer,
      log,
      telemetry,
      history,
    });
    const operations = await serveOperations({
      host: config.STELLWERK_METRICS_HOST,
      port: config.STELLWERK_METRICS_PORT,
      telemetry,
      db,
      bus,
      log,
    });
    return {
      async stop() {
        await dispatcher.stop();
        await operations?.close();
        await bus.close();
        await db.close();
        await telemetry.stop();
        history?.write({ kind: "ended" });
      },
    };
  },
});
