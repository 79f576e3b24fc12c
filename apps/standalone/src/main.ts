/** Api, dispatcher and an embedded PostgreSQL in one process: what `npm start` runs. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { limitsFrom, makeFirstSource, startApi } from "@stellwerk/api";
import { openBus, platformTopics } from "@stellwerk/bus";
import { loadConnectors } from "@stellwerk/connectors";
import { startDispatcher } from "@stellwerk/dispatcher";
import { openHistory } from "@stellwerk/history";
import { runService } from "@stellwerk/process";
import { createSealer, enterAsDispatcher, openDatabase, prepareStore } from "@stellwerk/store";
import { countBusWrites, openTelemetry } from "@stellwerk/telemetry";
import { readConfig } from "./config.ts";
import { APPLICATION_NAME, startDatabase } from "./database.ts";
import { resealWith, secretKeysOf } from "./secret-keys.ts";
import { welcome } from "./welcome.ts";

const SAMPLE = new URL("../../../packages/events/fixtures/website_status_changed.json", import.meta.url);

await runService({
  name: "standalone",
  readConfig,
  async start({ config, log, signal, fail }) {
    const graceMs = config.STELLWERK_GRACE_SECONDS * 1_000;
    const allowAddresses = config.STELLWERK_ALLOW_ADDRESSES;
    const keys = secretKeysOf(config);
    const sealer = createSealer(keys);
    const telemetry = await openTelemetry(config, { serviceName: "stellwerk", log });
    const server = await startDatabase({ config, log, onLost: fail });
    const db = openDatabase({ url: server.url, applicationName: APPLICATION_NAME });
    // Of its own: people's queries must not keep the heartbeat waiting for a connection.
    const dispatcherDb = openDatabase({
      url: server.url,
      applicationName: APPLICATION_NAME,
      plansOnce: true,
    });
    const history = openHistory(config.STELLWERK_HISTORY_FILE, "standalone");
    let unseenKey: string | undefined;
    try {
      const startTimeoutMs = config.STELLWERK_START_TIMEOUT_SECONDS * 1_000;
      const installation = await prepareStore(db, {
        log,
        signal,
        timeoutMs: startTimeoutMs,
        partitions: config.STELLWERK_PARTITIONS,
        apiKey: config.STELLWERK_API_KEY,
      });
      unseenKey = installation.apiKey;
      if (keys.others.length > 0) await resealWith(sealer, db, log);
      await enterAsDispatcher(dispatcherDb);
      const bus = await openBus(config, {
        databaseUrl: server.url,
        applicationName: APPLICATION_NAME,
        topics: platformTopics(installation.partitions),
        log,
        timeoutMs: startTimeoutMs,
        signal,
        watch: countBusWrites(telemetry.registry),
      });
      const { connectors, refused } = await loadConnectors({
        names: config.STELLWERK_CONNECTORS,
        from: config.STELLWERK_CONNECTORS_DIR,
        log,
      });
      const parts = { db, bus, connectors, sealer, log, telemetry, history };
      const api = await startApi({
        ...parts,
        refusedConnectors: refused,
        config: {
          host: config.HOST,
          port: config.PORT,
          publicUrl: config.STELLWERK_PUBLIC_URL,
          graceMs,
          limits: limitsFrom(config),
          allowAddresses,
        },
      });
      const dispatcher = await startDispatcher({
        ...parts,
        db: dispatcherDb,
        config: { graceMs, retentionDays: config.STELLWERK_RETENTION_DAYS, allowAddresses },
      });
      const first = await makeFirstSource({ ...parts, publicUrl: api.publicUrl }, installation.accountId);
      if (first !== undefined) {
        // Not through the log: that is kept, and a key must not be.
        process.stdout.write(
          welcome({
            url: api.url,
            apiKey: unseenKey,
            hookUrl: first.hookUrl,
            inboxUrl: `${api.url}/v1/connections/${first.connectionId}/inbox`,
            samplePath: relative(process.cwd(), fileURLToPath(SAMPLE)),
          }),
        );
        unseenKey = undefined;
      }
      return {
        async stop() {
          await api.stop();
          await dispatcher.stop();
          await bus.close();
          await Promise.all([db.close(), dispatcherDb.close()]);
          await telemetry.stop();
          history?.write({ kind: "ended" });
          await server.stop();
        },
      };
    } catch (error) {
      // Made and stored already: without this a first start that finds its port taken locks everybody out.
      if (unseenKey !== undefined) process.stdout.write(`\nAdmin API key, shown this once: ${unseenKey}\n\n`);
      await Promise.all([db.close(), dispatcherDb.close()]);
      await server.stop();
      throw error;
    }
  },
});
