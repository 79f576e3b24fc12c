/** Opens a scene with a receiver beside it, runs a plan on it, and leaves nothing behind. */
import type { Random } from "../random.ts";
import { startReceiver } from "../receiver/start-receiver.ts";
import type { Findings } from "../check.ts";
import { runKills, type Blow } from "./run-kills.ts";
import type { OpenScene } from "./scene.ts";

/** Of what the processes printed: characters that make the message of a failure. */
const KEPT = 6_000;

export interface SceneRun {
  readonly open: OpenScene;
  readonly random: Random;
  /** Given the names of the scene's blows. */
  readonly plan: (blows: readonly string[]) => readonly string[];
  readonly onBlow: (blow: Blow) => void;
}

export async function runScene({ open, random, plan, onBlow }: SceneRun): Promise<Findings> {
  await using receiver = await startReceiver();
  await using scene = await open({ receiver, random });
  try {
    return await runKills({ scene, receiver, random, plan: plan([...scene.blows.keys()]), onBlow });
  } catch (error) {
    throw new Error(
      `The ${scene.name} scene failed. Its processes said last:\n${scene.output().slice(-KEPT)}`,
      {
        cause: error,
      },
    );
  }
}
