/** What happens to processes of ours. */
import { setTimeout as pause } from "node:timers/promises";
import { bringBack, signal } from "../stage/member.ts";
import type { FaultKind, Strike } from "./fault.ts";
import { apis, dispatchers, everybody, find, STEP_WITHIN_MS } from "./members.ts";

/** Longer than ownership is valid without a heartbeat, and than a takeover takes. */
const BEYOND_VALIDITY_MS = [18_000, 24_000] as const;
const FOR_A_MOMENT_MS = [300, 3_000] as const;
const CLOCK_STEPS_SECONDS = [-3_600, 3_600];
const AWAY_MS = [0, 700] as const;

async function kill({ stage, random }: Strike, name: string): Promise<void> {
  const member = find(stage, name);
  await member.service.process.kill();
  await pause(random.between(...AWAY_MS));
  await bringBack(member);
}

async function freeze({ stage }: Strike, name: string, forMs: number): Promise<void> {
  const member = find(stage, name);
  const frozen = member.service.process;
  frozen.signal("SIGSTOP");
  await pause(forMs);
  frozen.signal("SIGCONT");
  // It may give up when it finds its partitions gone; a supervisor starts it again.
  await pause(1_000);
  await bringBack(member);
}

export const processFaults: readonly FaultKind[] = [
  { name: "kill -9 of an api", weight: 14, kills: true, victims: apis, strike: kill },
  { name: "kill -9 of a dispatcher", weight: 22, kills: true, victims: dispatchers, strike: kill },
  {
    name: "kill -9 of a dispatcher in mid-call",
    anyBus: true,
    weight: 8,
    kills: true,
    victims: dispatchers,
    async strike({ stage, random }, name) {
      const member = find(stage, name);
      const when = random.pick(["before-answer", "after-answer"] as const);
      const { killed } = await stage.receiver.killAtNextRequest(member.service.process.pid, when);
      // It may own nothing right now.
      await Promise.race([killed, pause(STEP_WITHIN_MS)]);
      await member.service.process.kill();
      await bringBack(member);
    },
  },
  {
    name: "a dispatcher stopped in order",
    anyBus: true,
    weight: 4,
    kills: false,
    victims: dispatchers,
    async strike({ stage }, name) {
      const member = find(stage, name);
      await member.service.process.stop();
      await bringBack(member);
    },
  },
  {
    name: "SIGSTOP for a moment",
    weight: 6,
    kills: false,
    victims: everybody,
    strike: (strike, name) => freeze(strike, name, strike.random.between(...FOR_A_MOMENT_MS)),
  },
  {
    name: "SIGSTOP of a dispatcher beyond its validity",
    weight: 3,
    kills: false,
    victims: dispatchers,
    strike: (strike, name) => freeze(strike, name, strike.random.between(...BEYOND_VALIDITY_MS)),
  },
  {
    name: "event loop blocked for 5 s",
    anyBus: true,
    weight: 4,
    kills: false,
    victims: everybody,
    async strike({ stage }, name) {
      const member = find(stage, name);
      signal(member, "SIGUSR2");
      await pause(5_000);
      await bringBack(member);
    },
  },
  {
    name: "clock stepped by an hour",
    weight: 4,
    kills: false,
    victims: (stage) => (stage.apis[0]?.clock === undefined ? [] : everybody(stage)),
    async strike({ stage, random }, name) {
      const { clock } = find(stage, name);
      clock?.step(random.pick(CLOCK_STEPS_SECONDS));
      await pause(3_000);
      clock?.step(0);
      await pause(1_500);
      await bringBack(find(stage, name));
    },
  },
];
