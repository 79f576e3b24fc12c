/** `npm start`: one process of ours and the PostgreSQL it brings, which outlives it. */
import { setTimeout as pause } from "node:timers/promises";
import { ApiClient } from "../api-client.ts";
import { AppProcess } from "../processes/app-process.ts";
import { makeDataFolder } from "../processes/data-folder.ts";
import { findFreePort } from "../processes/free-port.ts";
import { waitFor } from "../wait.ts";
import { ADMIN_KEY, inTime, READY_WITHIN_MS, type Scene, type SceneParts } from "./scene.ts";

export async function openStandaloneScene({ receiver, random }: SceneParts): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(makeDataFolder());
  const port = await findFreePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const env = {
    PORT: String(port),
    STELLWERK_DATA_DIR: folder.path,
    STELLWERK_API_KEY: ADMIN_KEY,
    LOG_LEVEL: "warn",
  };
  const senderEndings: number[] = [];
  let standalone!: AppProcess;

  async function start(): Promise<void> {
    standalone = new AppProcess({ app: "standalone", env });
    void standalone.ended.then(({ at }) => senderEndings.push(at));
    await standalone.isReady(baseUrl, READY_WITHIN_MS);
  }

  async function restart(): Promise<void> {
    await standalone.kill();
    await start();
  }

  /** It may bring its database back itself, or end and leave that to the next start; it may not just stay broken. */
  async function losePostgres(): Promise<void> {
    const before = folder.postgresPid();
    await folder.killPostgres();
    const came = await waitFor(
      () => {
        if (standalone.ending !== undefined) return "ended";
        const now = folder.postgresPid();
        return now !== undefined && now !== before ? "back" : undefined;
      },
      {
        withinMs: READY_WITHIN_MS,
        what: () => `standalone to do something about its database: ${standalone.output}`,
      },
    );
    await (came === "ended" ? start() : standalone.isReady(baseUrl, READY_WITHIN_MS));
  }

  async function killAtSend(when: "before-answer" | "after-answer"): Promise<void> {
    const { killed } = await receiver.killAtNextRequest(standalone.pid, when);
    await inTime(killed, "a send");
    await restart();
  }

  opened.defer(async () => void (await standalone?.kill()));
  await start();
  const ending = opened.move();
  return {
    name: "standalone",
    api: new ApiClient(baseUrl, ADMIN_KEY),
    addresses: [baseUrl],
    senderEndings,
    output: () => standalone.output,
    blows: new Map([
      ["standalone, any moment", restart],
      ["PostgreSQL, any moment", losePostgres],
      [
        "both at once",
        async () => {
          standalone.signal("SIGKILL");
          await folder.killPostgres();
          await pause(random.between(0, 300));
          await restart();
        },
      ],
      ["standalone, request sent and no answer yet", () => killAtSend("before-answer")],
      ["standalone, answered and no outcome yet", () => killAtSend("after-answer")],
    ]),
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}
