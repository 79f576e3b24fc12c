/** An app in a scene: one process, and after its end the next one in its place. */
import { AppProcess, type StartOptions } from "../processes/app-process.ts";
import type { Victim } from "../trap.ts";
import { READY_WITHIN_MS } from "./scene.ts";

/** Of what it printed: characters. */
const KEPT = 20_000;

interface ServiceOptions extends Omit<StartOptions, "nodeArguments"> {
  readonly nodeArguments: readonly string[] | undefined;
  readonly isReady: (process: AppProcess) => Promise<unknown>;
  readonly onEnd?: (at: number) => void;
}

export class Service implements AsyncDisposable {
  readonly #options: ServiceOptions;
  readonly #started: AppProcess[] = [];
  #current: AppProcess | undefined;

  private constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** Answers on `http://127.0.0.1:<port>`. */
  static api(
    port: number,
    env: Readonly<Record<string, string>>,
    nodeArguments?: readonly string[],
  ): Service {
    return new Service({
      app: "api",
      nodeArguments,
      env: { ...env, PORT: String(port) },
      isReady: (process) => process.isReady(`http://127.0.0.1:${port}`, READY_WITHIN_MS),
    });
  }

  /** It sends, so that `endings` hears when it ended. */
  static dispatcher(
    env: Readonly<Record<string, string>>,
    endings: number[],
    nodeArguments?: readonly string[],
  ): Service {
    return new Service({
      app: "dispatcher",
      nodeArguments,
      env,
      isReady: (process) => process.says(/dispatcher ready/, READY_WITHIN_MS),
      onEnd: (at) => void endings.push(at),
    });
  }

  /** The process that runs now, or ran last. */
  get process(): AppProcess {
    if (this.#current === undefined) throw new Error(`${this.#options.app} was not started`);
    return this.#current;
  }

  get victim(): Victim {
    const { process } = this;
    return { freeze: () => process.signal("SIGSTOP"), kill: () => process.signal("SIGKILL") };
  }

  /** Another process; what becomes of the one before is the caller's business. Resolves when it is ready. */
  async start(): Promise<void> {
    const { app, env, onEnd, nodeArguments } = this.#options;
    const process = new AppProcess({ app, env, ...(nodeArguments && { nodeArguments }) });
    this.#current = process;
    this.#started.push(process);
    void process.ended.then(({ at }) => onEnd?.(at));
    await this.isReady();
  }

  async restart(): Promise<void> {
    await this.process.kill();
    await this.start();
  }

  async isReady(): Promise<void> {
    await this.#options.isReady(this.process);
  }

  /** What it printed last. */
  get output(): string {
    return `${this.#options.app}:\n${this.process.output.slice(-KEPT)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#started.map((each) => each.kill()));
  }
}
