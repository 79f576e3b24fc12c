/** The admin key is made once and shown once: a first start that fails must not be the one time. */
import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { AppProcess } from "./processes/app-process.ts";
import { makeDataFolder } from "./processes/data-folder.ts";
import { findFreePort } from "./processes/free-port.ts";

test("a first start that finds its port taken still shows the key, and the next start takes it", async () => {
  await using folder = makeDataFolder();
  const start = (port: number) =>
    new AppProcess({ app: "standalone", env: { PORT: String(port), STELLWERK_DATA_DIR: folder.path } });
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const failed = start((holder.address() as AddressInfo).port);
  expect(await failed.ended).toMatchObject({ code: 1 });
  await new Promise((resolve) => holder.close(resolve));
  const key = /sw_[\w-]{43}/.exec(failed.output)?.[0];
  expect(key).toBeDefined();

  const port = await findFreePort();
  const standalone = start(port);
  await standalone.isReady(`http://127.0.0.1:${port}`, 60_000);
  const answer = await fetch(`http://127.0.0.1:${port}/v1/keys`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect(answer.status).toBe(200);
  await answer.body?.cancel();
  expect(await standalone.stop()).toMatchObject({ code: 0 });
});
