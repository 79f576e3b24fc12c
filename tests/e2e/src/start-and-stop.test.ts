/** Starting where it cannot start, and stopping while there is work. */
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { check } from "./check.ts";
import { problemsIn } from "./kills/describe-findings.ts";
import { startLoad } from "./load.ts";
import { AppProcess } from "./processes/app-process.ts";
import { makeDataFolder } from "./processes/data-folder.ts";
import { findFreePort } from "./processes/free-port.ts";
import { openStandalone } from "./processes/open-standalone.ts";
import { startReceiver } from "./receiver/start-receiver.ts";
import { subscribeWebhook } from "./subscribe-webhook.ts";
import { waitFor } from "./wait.ts";

/** What a process said that ended before it began: the messages of its log lines. */
function messagesOf(process: AppProcess): string[] {
  const lines = process.output.trim().split("\n");
  return lines.map((line) => (line.startsWith("{") ? (JSON.parse(line) as { msg: string }).msg : line));
}

test("a taken port is one clear sentence", async () => {
  await using folder = makeDataFolder();
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const { port } = holder.address() as AddressInfo;
  const standalone = new AppProcess({
    app: "standalone",
    env: { PORT: String(port), STELLWERK_DATA_DIR: folder.path },
  });
  const { code } = await standalone.ended;
  await new Promise((resolve) => holder.close(resolve));
  expect(code).toBe(1);
  expect(messagesOf(standalone).at(-1)).toMatch(
    new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken[^\\n]+PORT[^\\n]+$`),
  );
  expect(standalone.output).not.toMatch(/\n\s+at |"stack"/);
});

test("a second start on the same data says so and leaves the first alone", async () => {
  await using first = await openStandalone();
  const port = await findFreePort();
  const env = { PORT: String(port), STELLWERK_DATA_DIR: first.folder.path };
  const second = new AppProcess({ app: "standalone", env });
  expect(await second.ended).toMatchObject({ code: 1 });
  expect(messagesOf(second).at(-1)).toMatch(/runs already/);
  expect(first.process.ending).toBeUndefined();
  await first.process.isReady(first.baseUrl, 1_000);
});

test.each(["standalone", "api"])("%s with PORT=abc says what it expected", async (app) => {
  await using folder = makeDataFolder();
  const env = {
    PORT: "abc",
    STELLWERK_DATA_DIR: folder.path,
    DATABASE_URL: "postgres://user:hunter2@127.0.0.1:1/none",
    STELLWERK_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
  };
  const process = new AppProcess({ app, env });
  expect(await process.ended).toMatchObject({ code: 1 });
  expect(messagesOf(process)).toEqual([
    expect.stringContaining('PORT is "abc"; expected a port number from 0 to 65535'),
  ]);
});

test.each(["api", "dispatcher"])(
  "%s waits for an unreachable database, says so, and gives up",
  async (app) => {
    const port = await findFreePort();
    const env = {
      PORT: "0",
      DATABASE_URL: `postgres://user:hunter2@127.0.0.1:${port}/none`,
      STELLWERK_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
      STELLWERK_START_TIMEOUT_SECONDS: "3",
    };
    const process = new AppProcess({ app, env });
    const { code } = await process.ended;
    expect(code).toBe(1);
    expect(performance.now() - process.startedAt).toBeGreaterThan(3_000);
    const [waiting = "", last = ""] = [messagesOf(process)[0], messagesOf(process).at(-1)];
    expect(waiting).toMatch(/wait/i);
    expect(last).toMatch(/database|PostgreSQL/);
    expect(process.output).not.toMatch(/hunter2|\n\s+at /);
  },
);

test("Ctrl-C under load finishes what is in flight: nothing is lost, nothing is sent twice", async () => {
  await using receiver = await startReceiver();
  await using standalone = await openStandalone();
  const { api, folder } = standalone;
  const { hookUrl, signingSecret, subscriptionId } = await subscribeWebhook(api, {
    url: receiver.url,
    schedule: ["1s", "1s"],
  });
  await receiver.checkSignaturesWith(signingSecret);
  await receiver.misbehave({ delayMs: [100, 400] });
  const load = startLoad({ hookUrls: [hookUrl], perSecond: 100 });
  await pause(1_500);
  const stopped = await standalone.process.stop("SIGINT");
  await load.stop();
  expect(stopped).toMatchObject({ code: 0, signal: null });
  expect(folder.postgresPid()).toBeUndefined();
  const accepted = [...load.posted.values()].filter((each) => each.eventId !== undefined);
  expect(accepted.length).toBeGreaterThan(50);

  await standalone.restart();
  const look = async () =>
    check({
      posted: load.posted,
      received: receiver.received(),
      deliveries: await api.deliveriesOf(subscriptionId),
      senderEndings: [],
    });
  await waitFor(async () => Object.keys(problemsIn(await look())).length === 0, {
    withinMs: 15_000,
    everyMs: 250,
    what: "the rest",
  }).catch(() => {});
  const findings = await look();
  expect(problemsIn(findings)).toEqual({});
  expect(findings.repeated).toBe(0);
});
