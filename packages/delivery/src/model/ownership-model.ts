/**
 * The protocol of ownership and doubt as a model: two dispatchers, one partition, two deliveries of one ordered
 * subject. Each dispatcher may crash, freeze, be cut off or hand over between any two steps. `search` looks at every
 * state there is; each fence of the protocol can be taken out, and then something must be found.
 *
 * Clocks are one fact here: whether an owner's validity, which it counts itself on its monotonic clock, has ended before
 * somebody else may take over. Not modelled: `probe` (it looks, and is `never` when it cannot tell), retries and their
 * times, the bus, gathering of writes, PostgreSQL losing what it committed, and bytes that outlive their killed sender
 * by longer than a takeover takes. Permitted, as architecture.md says: a process that was frozen in mid-call may
 * finish that one call after somebody took over; that nobody else has an effect then is checked.
 */
import type { Model, Step } from "./search.ts";
import {
  BARE,
  copy,
  DELIVERIES,
  DISPATCHERS,
  INITIAL,
  isCalling,
  isIdle,
  type Dispatcher,
  type Fence,
  type Phase,
  type Row,
  type State,
  type Which,
  type Who,
} from "./state.ts";

export interface ModelOptions {
  readonly repeat: "key" | "never";
  /** So many may happen in one history. */
  readonly mishaps: number;
  readonly without?: Fence;
}

type Change = (next: State) => void;
type Add = (what: string, change: Change, mishap?: boolean) => void;

export function ownershipModel({ repeat, mishaps, without }: ModelOptions): Model<State> {
  return {
    initial: INITIAL,
    isEnd: ({ rows }) => rows["delivery 1"].done && rows["delivery 2"].done,
    wrongWith: (state) => state.wrong || wrongRow(state, repeat),
    steps(state) {
      const steps: Step<State>[] = [];
      const add: Add = (what, change, mishap = false) => {
        if (mishap && state.mishaps === mishaps) return;
        const next = copy(state);
        change(next);
        if (mishap) next.mishaps += 1;
        steps.push({ what, next, mishap });
      };
      for (const which of DELIVERIES) if (state.rows[which].held) settle(which, add);
      for (const who of DISPATCHERS) {
        const me = state.dispatchers[who];
        live(who, me, add);
        if (me.is === "running") own(state, who, me, add);
        for (const which of DELIVERIES) deliver(state, who, which, add);
      }
      return steps;
    },
  };

  function has(fence: Fence): boolean {
    return fence !== without;
  }

  function settle(which: Which, add: Add): void {
    add(`a person says of ${which}: delivered`, ({ rows }) => {
      Object.assign(rows[which], { held: false, done: true, settled: "delivered" });
    });
    add(`a person says of ${which}: send`, ({ rows }) => {
      Object.assign(rows[which], { held: false, settled: "send" });
    });
  }

  function live(who: Who, me: Dispatcher, add: Add): void {
    const set = (what: string, change: Partial<Dispatcher>, mishap = false) => {
      add(`${who} ${what}`, ({ dispatchers }) => void Object.assign(dispatchers[who], change), mishap);
    };
    if (me.is === "down") return set("starts", { is: "running" });
    set("is killed", { ...BARE, is: "down" }, true);
    if (me.is === "frozen") set("thaws", { is: "running" });
    else set("freezes", { is: "frozen", slept: me.slept || isCalling(me) }, true);
    // Of one that runs: it is cut off from the store for so long.
    if (me.valid)
      set("is without proof for so long that its validity ends", { valid: false }, me.is === "running");
  }

  function own(state: State, who: Who, me: Dispatcher, add: Add): void {
    if (me.epoch === 0) {
      if (isIdle(me) && mayTakeOver(state, who))
        add(`${who} takes the partition`, (next) => takeOver(next, who));
      return;
    }
    const set = (what: string, change: Partial<Dispatcher>, mishap = false) => {
      add(`${who} ${what}`, ({ dispatchers }) => void Object.assign(dispatchers[who], change), mishap);
    };
    if (!isOwner(state, who)) set("learns from its heartbeat that the partition is somebody else's", BARE);
    else if (!me.valid || me.slept) set("proves itself with a heartbeat", { valid: true, slept: false });
    if (!me.handingOver) set("is asked to hand over", { handingOver: true }, true);
    else if (isIdle(me) || !has("handOverFinishes")) {
      add(`${who} releases the partition`, (next) => {
        if (isOwner(next, who)) next.owner = "nobody";
        Object.assign(next.dispatchers[who], { epoch: 0, valid: false, handingOver: false });
      });
    }
  }

  function mayTakeOver({ owner, epoch, dispatchers }: State, who: Who): boolean {
    if (owner === who || owner === "nobody" || !has("takeoverWaits")) return true;
    const other = dispatchers[owner];
    // The process that held it is no more.
    if (other.epoch !== epoch || other.is === "down") return true;
    // A takeover waits seconds longer than validity lasts, so a process that runs has cut its calls off by then.
    const hasCutOff = other.is === "frozen" || !has("callsEndWithValidity") || !isCalling(other);
    return !other.valid && hasCutOff;
  }

  function takeOver(next: State, who: Who): void {
    if (has("newEpoch") || next.epoch === 0) next.epoch += 1;
    next.owner = who;
    Object.assign(next.dispatchers[who], { epoch: next.epoch, valid: true, slept: false });
    if (!has("requeue")) return;
    for (const which of DELIVERIES) {
      const row = next.rows[which];
      if (row.claimedBy === 0 || row.claimedBy === next.epoch) continue;
      const held = row.started && has("startedIsInDoubt");
      waitAgain(row);
      Object.assign(row, { held, possiblySent: row.possiblySent || has("requeueMarksDoubt") });
    }
  }

  function deliver(state: State, who: Who, which: Which, add: Add): void {
    const me = state.dispatchers[who];
    const row = state.rows[which];
    const phase = me.phases[which];
    const isMine = isOwner(state, who);
    const isClaimed = row.claimedBy === me.epoch;
    const to = (next: State, then: Phase) => (next.dispatchers[who].phases[which] = then);
    /** A write of what it has in hand, which the store takes or refuses. */
    const write = (doing: string, fence: Fence, change: (row: Row) => void, then: Phase) => {
      const isOpen = isMine && (phase === "none" || isClaimed);
      if (has(fence) ? !isOpen : row.done) {
        return add(`${who} ${doing} ${which}, and is refused`, (next) => to(next, "none"));
      }
      const apply: Change = (next) => {
        change(next.rows[which]);
        if (!isOpen) next.wrong = `it ${doing} what is not its own`;
      };
      add(`${who} ${doing} ${which}`, (next) => {
        apply(next);
        to(next, then);
      });
      add(`${who} ${doing} ${which}, and the answer is lost`, apply, true);
    };
    // Frozen or not: what was written to the socket is on its way.
    if (phase === "calling") {
      add(`the call of ${who} for ${which} has its effect`, (next) => {
        next.rows[which].effects = Math.min(row.effects + 1, 2);
        next.wrong = wrongEffect(state, who, which) ?? "";
        to(next, "answered");
      });
    }
    if (me.is !== "running") return;
    switch (phase) {
      case "none": {
        const inTurn = which === "delivery 1" || state.rows["delivery 1"].done || !has("successorWaits");
        const isFree = row.claimedBy === 0 && !row.done && !row.held;
        if (me.epoch > 0 && !me.handingOver && isFree && inTurn) {
          write("claims", "epochInClaims", (mine) => (mine.claimedBy = me.epoch), "claimed");
        }
        if (isMine && isClaimed && has("unknownClaimsGivenBack")) {
          add(`${who} gives back ${which}, which it does not know of`, ({ rows }) => waitAgain(rows[which]));
        }
        return;
      }
      case "claimed":
      case "marked":
        if (me.handingOver) return write("gives back", "epochInClaims", waitAgain, "none");
        if (repeat === "never" && phase === "claimed" && has("markBeforeCall")) {
          return write("marks as started", "epochInMarks", (mine) => (mine.started = true), "marked");
        }
        if (!me.valid && has("validityBeforeSend")) return;
        return add(`${who} begins its call for ${which}`, (next) => {
          to(next, "calling");
          if (!isMine) next.wrong = "a send began after its partition was lost";
        });
      case "calling": {
        const mustEnd = !me.valid && has("callsEndWithValidity");
        return add(`the call of ${who} for ${which} is cut off`, (next) => to(next, "unsure"), !mustEnd);
      }
      case "answered":
        add(`the target's answer for ${which} to ${who} is lost`, (next) => to(next, "unsure"), true);
        return write("records as delivered", "epochInOutcomes", recordDelivered, "none");
      case "unsure":
        return write("records as unsure", "epochInOutcomes", (mine) => recordUnsure(mine, repeat), "none");
    }
  }
}

function isOwner({ owner, epoch, dispatchers }: State, who: Who): boolean {
  return owner === who && epoch === dispatchers[who].epoch;
}

function waitAgain(row: Row): void {
  Object.assign(row, { claimedBy: 0, started: false });
}

function recordDelivered(row: Row): void {
  waitAgain(row);
  row.done = true;
}

function recordUnsure(row: Row, repeat: "key" | "never"): void {
  waitAgain(row);
  Object.assign(row, { possiblySent: true, held: repeat === "never" });
}

/** What this effect breaks, seen from the state before it. */
function wrongEffect(state: State, who: Who, which: Which): string | undefined {
  const { "delivery 1": first, "delivery 2": second } = state.rows;
  const isLate = !isOwner(state, who);
  if (isLate && !state.dispatchers[who].slept) {
    return "an effect after a takeover, by a process that was not frozen in mid-call";
  }
  if (which === "delivery 1" && second.effects > 0 && !isLate) return "the first arrived after the second";
  if (which === "delivery 2" && first.effects === 0 && first.settled === "") {
    return "the second arrived before the first";
  }
  return undefined;
}

function wrongRow({ rows }: State, repeat: "key" | "never"): string | undefined {
  for (const which of DELIVERIES) {
    const { effects, possiblySent, settled, done } = rows[which];
    if (effects > 1 && !possiblySent) return "sent twice without a doubt being recorded";
    if (effects > 1 && repeat === "never" && settled === "") return "sent twice although nobody said so";
    if (done && effects === 0 && settled === "") return "lost: recorded as delivered, and never sent";
  }
  return undefined;
}
