/** What somebody sees who has just cloned the repository: only what the first start prints is used. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { AppProcess } from "./processes/app-process.ts";
import { BUSES } from "./processes/buses.ts";
import { makeDataFolder } from "./processes/data-folder.ts";
import { findFreePort } from "./processes/free-port.ts";
import { startReceiver } from "./receiver/start-receiver.ts";
import { hashOf, SAMPLE } from "./sample.ts";
import { waitFor } from "./wait.ts";

const FIRST_START_WITHIN_MS = 60_000;
const ARRIVES_WITHIN_MS = 10_000;
const run = promisify(execFile);

/** As if it were pasted into a terminal. */
async function paste<Answer>(command: string): Promise<Answer> {
  const { stdout } = await run("sh", ["-c", command], {
    cwd: fileURLToPath(new URL("../../../", import.meta.url)),
  });
  return JSON.parse(stdout) as Answer;
}

interface Inbox {
  items: { event: { id: string; body: string } }[];
}

/** A machine that does something else for a moment says nothing about us: up to three starts, the quick one counts. */
async function startQuickly(start: () => AppProcess, address: string, withinMs: number, tries = 3) {
  const process = start();
  await process.isReady(address, FIRST_START_WITHIN_MS);
  const tookMs = performance.now() - process.startedAt;
  if (tookMs < withinMs || tries === 1) return { process, tookMs };
  await process.stop();
  return startQuickly(start, address, withinMs, tries - 1);
}

test.each(BUSES)(
  "on $name: from an empty folder to a signed webhook with three pasted commands, and again after Ctrl-C",
  async (bus) => {
    await using open = await bus.open();
    await using folder = makeDataFolder();
    await using receiver = await startReceiver();
    const port = await findFreePort();
    const start = () => {
      return new AppProcess({
        app: "standalone",
        env: { PORT: String(port), STELLWERK_DATA_DIR: folder.path, ...open.env },
      });
    };
    const first = start();
    try {
      const [, address = ""] = await first.says(
        /runs at (http:\S+)\n[^]*\/v1\/subscriptions -d .*\n/,
        FIRST_START_WITHIN_MS,
      );
      const [postSample = "", readInbox = "", addWebhook = ""] = first.output.match(/^curl .*$/gm) ?? [];
      const [, apiKey = ""] = /API key +(\S+)/.exec(first.output) ?? [];
      expect(address).toBe(`http://127.0.0.1:${port}`);

      const posted = await paste<{ id: string }>(postSample);
      const inbox = await waitFor(
        async () => {
          const seen = await paste<Inbox>(readInbox);
          return seen.items.length > 0 && seen;
        },
        { withinMs: ARRIVES_WITHIN_MS, what: "the event to be in the inbox" },
      );
      expect(inbox.items.map((each) => each.event.id)).toEqual([posted.id]);
      expect(inbox.items[0]?.event.body).toBe(SAMPLE.toString("utf8"));

      const { connection } = await paste<{ connection: { secrets: { signingSecret: string } } }>(
        addWebhook.replace("https://example.com/hook", receiver.url),
      );
      await receiver.checkSignaturesWith(connection.secrets.signingSecret);
      const again = await paste<{ id: string }>(postSample);
      const [received] = await waitFor(() => receiver.received().length > 0 && receiver.received(), {
        withinMs: ARRIVES_WITHIN_MS,
        what: "the event to reach the webhook",
      });
      expect(received).toMatchObject({
        eventId: again.id,
        type: "website_status_changed",
        contentType: "application/json",
        bodyHash: hashOf(SAMPLE),
        signatureOk: true,
      });
      expect(received?.webhookId).toMatch(/^dlv_/);

      const postgres = folder.postgresPid();
      expect(postgres).toBeGreaterThan(0);
      expect(await first.stop("SIGINT")).toMatchObject({ code: 0, signal: null });
      expect(folder.postgresPid()).toBeUndefined();

      const { process: second, tookMs } = await startQuickly(start, address, bus.warmStartWithinMs);
      try {
        expect(tookMs).toBeLessThan(bus.warmStartWithinMs);
        await paste<{ id: string }>(postSample);
        expect((await paste<Inbox>(readInbox)).items.length).toBeGreaterThanOrEqual(2);
        await waitFor(() => receiver.received().length > 1, {
          withinMs: ARRIVES_WITHIN_MS,
          what: "a second delivery",
        });
        const [, token = ""] = /\/hooks\/(\S+)$/.exec(postSample) ?? [];
        for (const secret of [apiKey, token, connection.secrets.signingSecret]) {
          expect(secret).not.toBe("");
          expect(second.output).not.toContain(secret);
        }
        expect(second.output).not.toMatch(/API key/);
        expect(await second.stop("SIGTERM")).toMatchObject({ code: 0, signal: null });
        expect(folder.postgresPid()).toBeUndefined();
      } finally {
        await second.kill();
      }
    } finally {
      await first.kill();
    }
  },
);
