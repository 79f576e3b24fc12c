/**
 * A scene is Stellwerk as it is run, with everything that can be killed in it. Each blow ends something, and
 * resolves when it has been started again the way an operator would.
 */
import type { ApiClient } from "../api-client.ts";
import type { Random } from "../random.ts";
import type { Receiver } from "../receiver/start-receiver.ts";

/** What can be done to a scene, by name. */
export type Blows = ReadonlyMap<string, () => Promise<void>>;

export interface Scene extends AsyncDisposable {
  readonly name: string;
  readonly api: ApiClient;
  /** Where hooks can be posted: the load is spread over all of them. */
  readonly addresses: readonly string[];
  readonly blows: Blows;
  /** When a process that sends was ended, in Unix milliseconds. */
  readonly senderEndings: readonly number[];
  /** What the processes printed last, for the message when something fails. */
  output(): string;
}

export interface SceneParts {
  readonly receiver: Receiver;
  readonly random: Random;
}

export type OpenScene = (parts: SceneParts) => Promise<Scene>;

/** The admin key of every scene. */
export const ADMIN_KEY = "e2e-admin-key-that-nobody-else-has";
export const READY_WITHIN_MS = 60_000;
/** Under load every step comes by many times in this. */
const STEP_WITHIN_MS = 45_000;

/** Rejects when `met` does not happen in time. */
export async function inTime<T>(met: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what} did not happen within ${STEP_WITHIN_MS} ms`)),
      STEP_WITHIN_MS,
    );
  });
  try {
    return await Promise.race([met, late]);
  } finally {
    clearTimeout(timer);
  }
}
