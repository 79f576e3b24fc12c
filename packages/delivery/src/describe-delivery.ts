/** What happened to a delivery, whose it is and what to do about it, for people. */
import { describeTime } from "./describe-time.ts";
import type { Bilingual, Reason, Whose } from "./reason.ts";
import { reasonOf } from "./reasons.ts";
import type { DeliveryState } from "./states.ts";

export interface ToldDelivery {
  readonly state: DeliveryState;
  readonly reason: string | null;
  /** As it was recorded: an English sentence of a connector or of ours. */
  readonly detail: string | null;
  /** Attempts made. */
  readonly attempts: number;
  readonly possiblySent: boolean;
  readonly nextAttemptAt: Date | null;
  /** When an open breaker looks again; for those that do not know it, `nextAttemptAt` stands for it. */
  readonly nextProbeAt?: Date | null | undefined;
  readonly pausedAt?: Date | null | undefined;
  /** The first of its subject, which it waits for. */
  readonly waitsFor?: WaitedFor | null | undefined;
  /** How many wait for this one. */
  readonly blocks?: number | undefined;
  readonly host?: string | undefined;
  readonly status?: number | undefined;
  readonly now: Date;
}

export interface WaitedFor {
  readonly subscriptionName: string | null;
  readonly state: DeliveryState;
  readonly reason: string | null;
  /** How many go before the one that waits. */
  readonly ahead: number;
}

export interface DeliveryDescription {
  /** Of the catalogue, or the vendor's; null only when it was delivered. */
  readonly reason: string | null;
  readonly sentence: Bilingual;
  /** Null: there is nothing to do. */
  readonly fix: Bilingual | null;
  readonly whose: Whose | null;
}

/**
 * @example
 * describeDelivery({ state: "dead", reason: "gone", attempts: 1, … }).sentence.en
 * // "Given up after one attempt: The receiver says that it is gone for good and …"
 */
export function describeDelivery(told: ToldDelivery): DeliveryDescription {
  const code = told.reason ?? PLAIN_REASON[told.state];
  if (code === null) return { reason: null, sentence: join(lead(told), "", told), fix: null, whose: null };
  const reason = reasonOf(code);
  if (code === "behind") return describeBehind(told, reason);
  return {
    reason: code,
    sentence: join(lead(told), code === "waiting" || code === "sending" ? "" : whyOf(reason, told), told),
    fix: fixOf(code, reason, told.state),
    whose: reason.whose,
  };
}

/** What can be done about it is to be done about the one that it waits for. */
function describeBehind(told: ToldDelivery, reason: Reason): DeliveryDescription {
  const { waitsFor } = told;
  const start = {
    en: "Waiting for an earlier one about the same subject",
    de: "Wartet auf eine frühere zum selben Gegenstand",
  };
  const isStuck = waitsFor?.state === "held";
  return {
    reason: "behind",
    sentence: join(start, waitsFor ? whoGoesFirst(waitsFor) : "", told),
    fix: isStuck ? reasonOf(waitsFor.reason ?? "paused").fix : reason.fix,
    whose: isStuck ? reasonOf(waitsFor.reason ?? "paused").whose : reason.whose,
  };
}

function whoGoesFirst({ subscriptionName, state, reason, ahead }: WaitedFor): Bilingual {
  const name = subscriptionName ?? "";
  const count =
    ahead <= 1
      ? { en: "The one before it", de: "Die vor ihr" }
      : { en: `There are ${ahead} before it. The first`, de: `Vor ihr sind ${ahead}. Die erste` };
  const why = reason === null || reason === "behind" ? undefined : reasonOf(reason).title;
  const is = STATE_OF_FIRST[state] ?? STATE_OF_FIRST.queued;
  return {
    en: `${count.en}, of “${name}”, ${is.en}${why === undefined ? "" : ` (${why.en})`}`,
    de: `${count.de}, von „${name}“, ${is.de}${why === undefined ? "" : ` (${why.de})`}`,
  };
}

const STATE_OF_FIRST: Readonly<Partial<Record<DeliveryState, Bilingual>> & { queued: Bilingual }> = {
  queued: { en: "waits for its next attempt", de: "wartet auf ihren nächsten Versuch" },
  sending: { en: "is on its way", de: "ist unterwegs" },
  held: { en: "is held", de: "wird zurückgehalten" },
};

/** What a state that brought no reason says by itself. */
const PLAIN_REASON: Readonly<Record<DeliveryState, string | null>> = {
  queued: "waiting",
  sending: "sending",
  held: "paused",
  delivered: null,
  skipped: "rejected",
  dead: "rejected",
  expired: "expired",
};

function lead(told: ToldDelivery): Bilingual {
  const { state, attempts } = told;
  switch (state) {
    case "queued": {
      if (attempts === 0 && told.reason === null) {
        return { en: "Waiting for its first attempt", de: "Wartet auf den ersten Versuch" };
      }
      if (told.reason === "breaker_open" || told.reason === "settling")
        return { en: "Waiting", de: "Wartet" };
      if (told.reason === "looking") return { en: "In doubt", de: "Ungewiss" };
      const when = describeTime(told.nextAttemptAt, told.now);
      return {
        en: `Waiting for attempt ${attempts + 1}, due ${when.en}`,
        de: `Wartet auf Versuch ${attempts + 1}, fällig ${when.de}`,
      };
    }
    case "sending":
      return { en: `Attempt ${attempts + 1} is on its way`, de: `Versuch ${attempts + 1} ist unterwegs` };
    case "held": {
      if (told.pausedAt === null || told.pausedAt === undefined) return { en: "Held", de: "Zurückgehalten" };
      const since = told.pausedAt.toISOString().slice(0, 10);
      return { en: `Held since ${since}`, de: `Zurückgehalten seit ${since}` };
    }
    case "delivered": {
      if (told.reason !== null) return { en: "Delivered", de: "Zugestellt" };
      const said = told.detail === null ? "" : `: ${bare(told.detail)}`;
      return { en: `Delivered with attempt ${attempts}${said}`, de: `Zugestellt mit Versuch ${attempts}` };
    }
    case "skipped":
      return { en: "Skipped", de: "Übersprungen" };
    case "dead":
      return attempts === 0
        ? { en: "Given up", de: "Aufgegeben" }
        : {
            en: `Given up after ${attempts === 1 ? "one attempt" : `${attempts} attempts`}`,
            de: `Aufgegeben nach ${attempts === 1 ? "einem Versuch" : `${attempts} Versuchen`}`,
          };
    case "expired":
      return { en: "Not delivered in time", de: "Nicht rechtzeitig zugestellt" };
  }
}

function whyOf(reason: Reason, told: ToldDelivery): Bilingual {
  const when = describeTime(told.nextProbeAt ?? told.nextAttemptAt, told.now);
  const detail = told.detail === null ? "" : told.detail.replace(GAVE_UP, "");
  const status = told.status ?? STATUS.exec(told.detail ?? "")?.[0];
  const fill = (text: string, language: "en" | "de"): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      if (name === "when") return when[language];
      if (name === "detail") return detail;
      if (name === "status") return status === undefined ? NO_STATUS[language] : String(status);
      return told.host ?? NO_HOST[language];
    });
  const sayItself = reason.ownWords === true || detail === "" || reason.sentence.en.includes("{detail}");
  return {
    en: sayItself ? fill(reason.sentence.en, "en") : detail,
    de: fill(reason.sentence.de, "de"),
  };
}

function fixOf(code: string, reason: Reason, state: DeliveryState): Bilingual | null {
  if (code === "waiting" || code === "sending" || state === "delivered") return null;
  // Its event may be there still, but a delivery that ended does not go on by itself.
  if (state !== "dead" && state !== "expired") return reason.fix;
  if (code === "event_gone" || code === "subscription_deleted") return reason.fix;
  return {
    en: `${reason.fix.en} Then send it again (resend).`,
    de: `${reason.fix.de} Danach sende sie noch einmal.`,
  };
}

function join(
  start: Bilingual,
  why: Bilingual | "",
  { possiblySent, state, reason, blocks }: ToldDelivery,
): Bilingual {
  // What is in doubt says by itself that it may have arrived.
  const says = reason === "looking" || (state === "held" && reason === "in_doubt");
  const twice = possiblySent && !says ? (state === "delivered" ? TWICE_DELIVERED : TWICE) : NOTHING_MORE;
  const others = state === "held" && blocks !== undefined && blocks > 0 ? othersWait(blocks) : NOTHING_MORE;
  const both = (language: "en" | "de"): string => {
    const because = why === "" || bare(why[language]) === "" ? "" : `: ${bare(why[language])}`;
    return `${start[language]}${because}.${others[language]}${twice[language]}`;
  };
  return { en: both("en"), de: both("de") };
}

function othersWait(count: number): Bilingual {
  return count === 1
    ? { en: " One behind it waits.", de: " Eine danach wartet." }
    : { en: ` ${count} behind it wait.`, de: ` ${count} danach warten.` };
}

const GAVE_UP = /^Gave up [^:]*: /;
const STATUS = /\b[1-5]\d\d\b/;
const NO_STATUS: Bilingual = { en: "an error", de: "einem Fehler" };
const NO_HOST: Bilingual = { en: "The receiver", de: "Der Empfänger" };
const NOTHING_MORE: Bilingual = { en: "", de: "" };
const TWICE_DELIVERED: Bilingual = {
  en: " It may have arrived more than once, under the same key (a webhook's webhook-id).",
  de: " Sie kann mehr als einmal angekommen sein, unter demselben Schlüssel (bei einem Webhook die webhook-id).",
};
const TWICE: Bilingual = {
  en: " It may have arrived all the same; sent again, it carries the same key (a webhook's webhook-id).",
  de: " Sie kann trotzdem angekommen sein; erneut gesendet trägt sie denselben Schlüssel (bei einem Webhook die webhook-id).",
};

function bare(text: string): string {
  return text.trim().replace(/[.:]$/, "");
}
