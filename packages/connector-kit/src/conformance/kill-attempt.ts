/** Runs an attempt in a process of its own and kills it with SIGKILL. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hold } from "../testing/fake/faults.ts";
import type { ChildTask } from "./attempt-child.ts";
import { fail } from "./check.ts";
import type { ConformanceOptions } from "./options.ts";
import { eventOf } from "./sample-event.ts";
import { KEY } from "./scene.ts";
import type { Delivery, Scene } from "./scene.ts";

export type KillMoment = "before the vendor does it" | "after it, before its reply" | "after its reply";

/** Next to this file, as source or as built. */
const CHILD = fileURLToPath(
  new URL(`./attempt-child${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
);
const LONGEST_MS = 20_000;

export async function killAttempt(
  scene: Scene,
  { action, sample, key = KEY }: Delivery,
  moment: KillMoment,
  options: ConformanceOptions,
): Promise<void> {
  const { connector, settings, secrets, fake, clock } = scene;
  const event = eventOf(sample);
  const task: ChildTask = {
    module: moduleOf(options).href,
    connector: connector.id,
    action: Object.entries(connector.actions).find(([, each]) => each === action)?.[0] ?? "",
    input: sample.input,
    settings: settings as ChildTask["settings"],
    secrets: secrets as ChildTask["secrets"],
    token: scene.connection.token,
    key,
    event: { type: event.type, subject: event.subject, body: Buffer.from(event.body).toString("base64") },
    fakeUrl: fake.url,
    nowMs: clock.now().getTime(),
  };
  const held =
    moment === "after its reply" ? undefined : fake.play(hold(moment === "after it, before its reply"));
  const child = spawn(process.execPath, [CHILD, JSON.stringify(task)], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let complained = "";
  const attempted = Promise.withResolvers<void>();
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if (said.includes("attempted")) attempted.resolve();
  });
  child.stderr.on("data", (chunk: Buffer) => (complained += chunk.toString()));
  const gone = new Promise<void>((done) => child.once("close", () => done()));
  const late = AbortSignal.timeout(LONGEST_MS);
  const tooLate = new Promise<"late">((done) => late.addEventListener("abort", () => done("late")));
  const outcome = await Promise.race([
    (held?.reached ?? attempted.promise).then(() => "there" as const),
    gone.then(() => "gone" as const),
    tooLate,
  ]);
  child.kill("SIGKILL");
  await gone;
  fake.mend();
  if (outcome !== "there")
    fail(`the process that was to be killed ${outcome === "late" ? "hangs" : "ended"}: ${complained}`);
}

/** What the package exports as ".". */
function moduleOf({ folder, module }: ConformanceOptions): URL {
  if (module !== undefined) return module;
  const { exports } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as {
    readonly exports?: unknown;
  };
  const entry = entryOf(exports);
  if (entry === undefined) fail('package.json exports no "."; give the suite `module`');
  return new URL(entry, folder);
}

function entryOf(exports: unknown): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null) return undefined;
  const inner: unknown =
    Reflect.get(exports, ".") ?? Reflect.get(exports, "default") ?? Reflect.get(exports, "import");
  return entryOf(inner);
}
