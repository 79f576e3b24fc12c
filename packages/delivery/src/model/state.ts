/** What the model of ownership and doubt consists of, and what protects it. */

/** Each can be taken out. */
export const FENCES = {
  epochInClaims: "a claim names its epoch, and the store compares it",
  epochInMarks: "a mark names its epoch, and the store compares it",
  epochInOutcomes: "an outcome names its epoch, and the store compares it",
  validityBeforeSend: "a dispatcher checks its own validity right before each send",
  takeoverWaits: "a partition is taken over when its owner's validity has ended, not before",
  callsEndWithValidity: "calls in flight are cut off when validity ends",
  newEpoch: "every takeover raises the epoch",
  requeue: "what older epochs had claimed waits again",
  requeueMarksDoubt: "what waits again after a takeover is marked possibly sent",
  markBeforeCall: "an action that cannot be repeated is marked started before its call",
  startedIsInDoubt: "what was started and has no outcome is in doubt",
  unknownClaimsGivenBack: "claims whose answer was lost are given back",
  successorWaits: "a subject's next delivery waits for the outcome before it",
  handOverFinishes: "a polite hand-over finishes what is in flight first",
} as const;

export type Fence = keyof typeof FENCES;

export type Who = "first" | "second";
export type Which = "delivery 1" | "delivery 2";

/** In a dispatcher's memory. `unsure`: the call was cut off, and nobody knows whether it arrived. */
export type Phase = "none" | "claimed" | "marked" | "calling" | "answered" | "unsure";

export interface Row {
  /** An epoch; 0: nobody. */
  claimedBy: number;
  started: boolean;
  possiblySent: boolean;
  /** In doubt: a person must say. */
  held: boolean;
  done: boolean;
  /** Said by a person: it need not have arrived, or it may arrive twice. */
  settled: "" | "delivered" | "send";
  /** At the target; two stand for many. */
  effects: number;
}

export interface Dispatcher {
  is: "running" | "frozen" | "down";
  /** That it believes to hold; 0: none. */
  epoch: number;
  valid: boolean;
  handingOver: boolean;
  /** It was frozen in mid-call since it last proved itself. */
  slept: boolean;
  phases: Record<Which, Phase>;
}

export interface State {
  epoch: number;
  owner: Who | "nobody";
  rows: Record<Which, Row>;
  dispatchers: Record<Who, Dispatcher>;
  mishaps: number;
  /** What the last step broke. */
  wrong: string;
}

export const DISPATCHERS: readonly Who[] = ["first", "second"];
export const DELIVERIES: readonly Which[] = ["delivery 1", "delivery 2"];

const IDLE = { "delivery 1": "none", "delivery 2": "none" } as const;
const NEW_ROW: Row = {
  claimedBy: 0,
  started: false,
  possiblySent: false,
  held: false,
  done: false,
  settled: "",
  effects: 0,
};
/** A process that owns nothing: new, or it has lost what it had. */
export const BARE = { epoch: 0, valid: false, handingOver: false, slept: false, phases: IDLE } as const;

export const INITIAL: State = copy({
  epoch: 0,
  owner: "nobody",
  rows: { "delivery 1": NEW_ROW, "delivery 2": NEW_ROW },
  dispatchers: { first: { ...BARE, is: "running" }, second: { ...BARE, is: "running" } },
  mishaps: 0,
  wrong: "",
});

export function isIdle({ phases }: Dispatcher): boolean {
  return DELIVERIES.every((which) => phases[which] === "none");
}

export function isCalling({ phases }: Dispatcher): boolean {
  return DELIVERIES.some((which) => phases[which] === "calling");
}

/** Faster than `structuredClone`, and there are millions. */
export function copy({ rows, dispatchers: { first, second }, ...rest }: State): State {
  return {
    ...rest,
    rows: { "delivery 1": { ...rows["delivery 1"] }, "delivery 2": { ...rows["delivery 2"] } },
    dispatchers: {
      first: { ...first, phases: { ...first.phases } },
      second: { ...second, phases: { ...second.phases } },
    },
  };
}
