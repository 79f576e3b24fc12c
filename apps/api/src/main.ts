/** The api as a process of its own. */
import { openBus, platformTopics } from "@stellwerk/bus";
import { loadConnectors } from "@stellwerk/connectors";
import { openHistory } from "@stellwerk/history";
import { runService } from "@stellwerk/process";
import {
  createSealer,
  openDatabase,
  prepareStore,
  readOtherSecretKeys,
  readSecretKey,
} from "@stellwerk/store";
import { countBusWrites, openTelemetry } from "@stellwerk/telemetry";
import { readConfig } from "./config.ts";
import { limitsFrom } from "./limits/limits.ts";
import { startApi } from "./start-api.ts";

await runService({
  name: "api",
  readConfig,
  async start({ config, log, signal }) {
    const sealer = createSealer({
      current: readSecretKey(config.STELLWERK_SECRET_KEY),
      others: readOtherSecretKeys(config.STELLWERK_OTHER_SECRET_KEYS),
    });
    const { connectors, refused } = await loadConnectors({
      names: config.STELLWERK_CONNECTORS,
      from: config.STELLWERK_CONNECTORS_DIR,
      log,
    });
    const telemetry = await openTelemetry(config, { serviceName: "stellwerk-api", log });
    const applicationName = "stellwerk api";
    const history = openHistory(config.STELLWERK_HISTORY_FILE, "api");
    const db = openDatabase({ url: config.DATABASE_URL, applicationName });
    const startTimeoutMs = config.STELLWERK_START_TIMEOUT_SECONDS * 1_000;
    const { partitions, apiKey } = await prepareStore(db, {
      log,
      signal,
      timeoutMs: startTimeoutMs,
      partitions: config.STELLWERK_PARTITIONS,
      apiKey: config.STELLWERK_API_KEY,
    });
    // Not through the log: that is kept, and a key must not be.
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
    const api = await startApi({
      config: {
        host: config.HOST,
        port: config.PORT,
        publicUrl: config.STELLWERK_PUBLIC_URL,
        graceMs: config.STELLWERK_GRACE_SECONDS * 1_000,
        limits: limitsFrom(config),
        allowAddresses: config.STELLWERK_ALLOW_ADDRESSES,
      },
      db,
      bus,
      connectors,
      refusedConnectors: refused,
      sealer,
      log,
      telemetry,
      history,
    });
    return {
      async stop() {
        await api.stop();
        await bus.close();
        await db.close();
        await telemetry.stop();
        history?.write({ kind: "ended" });
      },
    };
  },
});
