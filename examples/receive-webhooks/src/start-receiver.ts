/** Starts the example of a language as its users would, on a free port. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const languages = ["Node", "Python", "Go", "PHP"] as const;
export type Language = (typeof languages)[number];

export const files: Readonly<Record<Language, string>> = {
  Node: "receive.js",
  Python: "receive.py",
  Go: "receive.go",
  PHP: "receive.php",
};

const RUNTIMES: Readonly<Record<Language, readonly string[]>> = {
  Node: [process.execPath, "--version"],
  Python: ["python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))"],
  Go: ["go", "version"],
  PHP: ["php", "--version"],
};

/** Is the runtime on this machine? */
export function canRun(language: Language): boolean {
  const [command = "", ...parameters] = RUNTIMES[language];
  return spawnSync(command, parameters).status === 0;
}

export interface RunningReceiver extends AsyncDisposable {
  readonly url: string;
  /** What it has printed. */
  readonly output: () => string;
}

export async function startReceiver(language: Language, secret: string): Promise<RunningReceiver> {
  const folder = await mkdtemp(join(tmpdir(), "stellwerk-receiver-"));
  // PHP's own server does not say which port it took.
  const port = language === "PHP" ? await freePort() : 0;
  const [command, ...parameters] = commandOf(language, folder, port);
  const child = spawn(command, parameters, {
    env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  let output = "";
  let problems = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (problems += text));

  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (let waitedMs = 0; ; waitedMs += 50) {
    const said = /listening on port (\d+)/.exec(output)?.[1] ?? /:(\d+)\) started/.exec(problems)?.[1];
    if (said !== undefined) {
      return { url: `http://127.0.0.1:${said}/`, output: () => output, [Symbol.asyncDispose]: end };
    }
    if (child.exitCode !== null || waitedMs > 20_000) {
      await end();
      throw new Error(`the ${language} example did not start: ${problems.slice(-2_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function commandOf(language: Language, folder: string, port: number): [string, ...string[]] {
  const file = join(import.meta.dirname, files[language]);
  switch (language) {
    case "Node":
      return [process.execPath, file];
    case "Python":
      return ["python3", file];
    case "Go": {
      // Built and then started: `go run` would be the process we end, not the receiver.
      const binary = join(folder, "receive");
      const build = spawnSync("go", ["build", "-o", binary, file], { encoding: "utf8" });
      if (build.status !== 0) throw new Error(`the Go example does not compile: ${build.stderr}`);
      return [binary];
    }
    case "PHP":
      return ["php", "-S", `127.0.0.1:${port}`, file];
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
