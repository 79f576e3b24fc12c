/** What targets do to us. */
import { setTimeout as pause } from "node:timers/promises";
import type { Upset } from "@stellwerk/e2e/receiver/messages.ts";
import type { FaultKind } from "./fault.ts";

/** Requests that are treated so. More would make the target one that only fails, which has tests of its own. */
const REQUESTS = [1, 4] as const;
const LASTS_MS = 500;

function upset(how: Upset, name: string, weight: number): FaultKind {
  return {
    name,
    weight,
    kills: false,
    anyBus: true,
    victims: () => ["the target"],
    async strike({ stage, random }) {
      await stage.receiver.upset(how, Math.round(random.between(...REQUESTS)));
      await pause(LASTS_MS);
    },
  };
}

export const targetFaults: readonly FaultKind[] = [
  upset("fail", "the target answers 500", 2),
  upset("reset before reading", "the target resets before it reads", 3),
  upset("reset after reading", "the target resets after it read", 3),
  upset("apply, then reset", "the target does it, then resets", 5),
  upset("apply, then hang", "the target does it, then hangs", 2),
  upset("apply, then drip", "the target answers drop by drop", 2),
];
