/** Who is on the stage, by name, and how each is ended at an exact step. */
import { setTimeout as pause } from "node:timers/promises";
import type { Moment } from "@stellwerk/e2e/trap.ts";
import { bringBack, type Member } from "../stage/member.ts";
import type { Stage } from "../stage/stage.ts";
import type { FaultKind } from "./fault.ts";

/** A step may never come: a dispatcher may own nothing right now. */
export const STEP_WITHIN_MS = 8_000;

export const apis = ({ apis: each }: Stage) => each.map(({ name }) => name);
export const dispatchers = ({ dispatchers: each }: Stage) => each.map(({ name }) => name);
export const everybody = (stage: Stage) => [...apis(stage), ...dispatchers(stage)];
export const membersOf = (stage: Stage) => [...stage.apis, ...stage.dispatchers];

/** "api 1" of "api 1's connections". */
export function ownerOf(victim: string): string {
  return victim.replace(/'s .*/, "");
}

export function find(stage: Stage, victim: string): Member {
  const name = ownerOf(victim);
  const found = membersOf(stage).find((each) => each.name === name);
  if (found === undefined) throw new Error(`nobody on the stage is called ${name}`);
  return found;
}

/** Whoever ended over something is started again, as its supervisor does it. */
export async function everybodyIsBack(stage: Stage): Promise<void> {
  const ended = membersOf(stage).filter(({ service }) => service.process.ending !== undefined);
  await Promise.all([...ended, ...stage.apis].map(bringBack));
}

/** Ends it when this statement's transaction gets there. */
export function killAt(statement: string, at: Moment): FaultKind["strike"] {
  return async ({ stage }, name) => {
    const member = find(stage, name);
    const { proxy, service } = member;
    await Promise.race([proxy.killAt({ statement, at }, service.victim), pause(STEP_WITHIN_MS)]);
    proxy.disarm();
    await service.process.kill();
    await bringBack(member);
  };
}
