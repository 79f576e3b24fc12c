/** The api as a process of its own, with what the system says about it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { ADMIN_KEY } from "./open-test-api.ts";

export interface ApiProcess extends AsyncDisposable {
  readonly url: string;
  /** What is in use after a garbage collection, buffers included. */
  usedBytes(): Promise<number>;
  /** 0 where the system does not say. */
  openFiles(): number;
}

const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** Collects (buffers go with the second one), and says what is left; what the allocator keeps is only noise. */
const MEASURE = `data:text/javascript,process.on("SIGUSR2", () => {
  gc();
  gc();
  const { heapUsed, external } = process.memoryUsage();
  process.stdout.write("used " + (heapUsed + external) + "\\n");
})`.replaceAll(/\s+/g, " ");

export async function startApiProcess(env: Readonly<Record<string, string>>): Promise<ApiProcess> {
  const child = spawn(process.execPath, ["--expose-gc", "--import", MEASURE, MAIN], {
    env: {
      PATH: process.env["PATH"] ?? "",
      STELLWERK_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
      STELLWERK_API_KEY: ADMIN_KEY,
      PORT: "0",
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((resolve, reject) => {
    const heard: string[] = [];
    lines.on("line", (line) => {
      const ready = /"url":"([^"]+)".*api ready/.exec(line)?.[1];
      if (ready === undefined) heard.push(line);
      else resolve(ready);
    });
    void gone.then(() => reject(new Error(`the api did not start:\n${heard.join("\n")}`)));
  });
  const proc = `/proc/${child.pid}`;
  return {
    url,
    usedBytes() {
      const used = new Promise<number>((resolve) => {
        lines.on("line", function hear(line) {
          const bytes = /^used (\d+)$/.exec(line)?.[1];
          if (bytes === undefined) return;
          lines.off("line", hear);
          resolve(Number(bytes));
        });
      });
      child.kill("SIGUSR2");
      return used;
    },
    openFiles: () => (existsSync(proc) ? readdirSync(`${proc}/fd`).length : 0),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill("SIGTERM");
      await gone;
    },
  };
}
