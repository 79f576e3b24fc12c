/**
 * One process of ours, started the way anybody starts it and ended by its own pid.
 * What it printed is kept, for a claim about it or for the message when something fails.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { waitFor } from "../wait.ts";

/** Enough for every claim about a start; a long run must not fill the memory. */
const KEPT_CHARACTERS = 200_000;
const WORKSPACE = new URL("../../../../", import.meta.url);

export interface StartOptions {
  /** "standalone", "api", "dispatcher". */
  readonly app: string;
  readonly env: Readonly<Record<string, string>>;
  readonly keptCharacters?: number;
  /** Before the program: `--import` of what a test needs inside it. */
  readonly nodeArguments?: readonly string[];
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Ended when the test process ends, however it ends. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class AppProcess {
  readonly app: string;
  readonly pid: number;
  readonly startedAt = performance.now();
  /** Resolves when it has ended and its output is complete. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  #ending: Ending | undefined;
  #output = "";

  /** Nothing of our own environment reaches it but what every program needs; the receivers are on the loopback. */
  constructor({ app, env, keptCharacters = KEPT_CHARACTERS, nodeArguments = [] }: StartOptions) {
    this.app = app;
    const { PATH = "", HOME = "", TMPDIR } = process.env;
    const child = spawn(process.execPath, [...nodeArguments, `apps/${app}/src/main.ts`], {
      cwd: WORKSPACE,
      env: {
        PATH,
        HOME,
        ...(TMPDIR !== undefined && { TMPDIR }),
        STELLWERK_ALLOW_ADDRESSES: "127.0.0.0/8,::1",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (child.pid === undefined) throw new Error(`${app} could not be started`);
    this.pid = child.pid;
    this.#child = child;
    running.add(child);
    const keep = (text: string) => {
      this.#output = (this.#output + text).slice(-keptCharacters);
    };
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);
    let at = 0;
    child.once("exit", () => (at = Date.now()));
    this.ended = new Promise((resolve) => {
      child.once("close", (code, signal) => {
        running.delete(child);
        this.#ending = { code, signal, at };
        resolve(this.#ending);
      });
    });
  }

  get output(): string {
    return this.#output;
  }

  /** Undefined while it runs. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async kill(): Promise<Ending> {
    this.signal("SIGKILL");
    return this.ended;
  }

  /** As Ctrl-C or a service manager does it. */
  async stop(signal: "SIGINT" | "SIGTERM" = "SIGTERM"): Promise<Ending> {
    this.signal(signal);
    return this.ended;
  }

  /** Resolves with the match; rejects when the process ends without having said it. */
  async says(pattern: RegExp, withinMs: number): Promise<RegExpExecArray> {
    return waitFor(
      () => {
        const match = pattern.exec(this.#output);
        if (match === null && this.#ending !== undefined) throw this.#unexpected(`before it said ${pattern}`);
        return match ?? undefined;
      },
      { withinMs, what: () => `${this.app} to say ${pattern}. It said:\n${this.#output}` },
    );
  }

  /** Resolves when `GET /readyz` answers 200; rejects when the process ends first. */
  async isReady(baseUrl: string, withinMs: number): Promise<void> {
    await waitFor(
      async () => {
        if (this.#ending !== undefined) throw this.#unexpected("before it was ready");
        const answer = await fetch(`${baseUrl}/readyz`).catch(() => undefined);
        await answer?.body?.cancel();
        return answer?.status === 200;
      },
      { withinMs, what: () => `${this.app} to be ready. It said:\n${this.#output}` },
    );
  }

  #unexpected(when: string): Error {
    const { code, signal } = this.#ending ?? {};
    return new Error(`${this.app} ended (${signal ?? code}) ${when}. It said:\n${this.#output}`);
  }
}
