import { describe, expect, test } from "vitest";
import { DELIVERY_STATES, describeDelivery, REASONS, type ToldDelivery } from "./index.ts";

const NOW = new Date("2026-11-23T12:00:00Z");
const told: ToldDelivery = {
  state: "queued",
  reason: null,
  detail: null,
  attempts: 0,
  possiblySent: false,
  nextAttemptAt: null,
  now: NOW,
};

function both(part: Partial<ToldDelivery>) {
  return describeDelivery({ ...told, ...part }).sentence;
}

test("one that was never tried waits for its turn, and there is nothing to do", () => {
  expect(describeDelivery(told)).toEqual({
    reason: "waiting",
    sentence: { en: "Waiting for its first attempt.", de: "Wartet auf den ersten Versuch." },
    fix: null,
    whose: "ours",
  });
});

test("one that failed says when it is tried again, and why", () => {
  const failed = {
    reason: "http_status",
    detail: "The endpoint answered 503; a delivery counts only with a status from 200 to 299.",
    attempts: 1,
    nextAttemptAt: new Date("2026-11-23T12:05:00Z"),
  };
  expect(both(failed)).toEqual({
    en: "Waiting for attempt 2, due in 5 minutes (2026-11-23 12:05 UTC): The endpoint answered 503; a delivery counts only with a status from 200 to 299.",
    de: "Wartet auf Versuch 2, fällig in 5 Minuten (2026-11-23 12:05 UTC): Der Empfänger antwortete mit 503.",
  });
});

test("one behind an open breaker shows when we look again", () => {
  const waiting = { reason: "breaker_open", detail: "timeout", attempts: 3 };
  expect(both({ ...waiting, nextProbeAt: new Date("2026-11-23T12:01:20Z") })).toEqual({
    en: "Waiting: The receiver has only failed lately, so this one waits; we look again in 80 seconds (2026-11-23 12:01 UTC).",
    de: "Wartet: Beim Empfänger ist zuletzt alles gescheitert, deshalb wartet diese Zustellung; wir sehen in 80 Sekunden (2026-11-23 12:01 UTC) wieder nach.",
  });
});

test("one that settles says until when and why, and one that was taken back by what", () => {
  const settling = { reason: "settling", attempts: 0, nextAttemptAt: new Date("2026-11-23T12:10:00Z") };
  expect(both(settling)).toEqual({
    en: "Waiting: It is sent in 10 minutes (2026-11-23 12:10 UTC), unless the change is taken back before.",
    de: "Wartet: Sie wird in 10 Minuten (2026-11-23 12:10 UTC) gesendet, falls die Änderung bis dahin nicht zurückgenommen wird.",
  });
  const dropped = { state: "skipped", reason: "taken_back", detail: "Done → Publish (evt_01)" } as const;
  expect(both(dropped)).toEqual({
    en: "Skipped: The change was taken back while it waited: Done → Publish (evt_01).",
    de: "Übersprungen: Die Änderung wurde zurückgenommen, während sie wartete: Done → Publish (evt_01).",
  });
});

test("one that is paused says since when", () => {
  const { sentence, fix } = describeDelivery({
    ...told,
    state: "held",
    reason: "paused",
    pausedAt: new Date("2026-11-20T08:00:00Z"),
  });
  expect(sentence).toEqual({
    en: "Held since 2026-11-20: Somebody paused it.",
    de: "Zurückgehalten seit 2026-11-20: Jemand hat sie angehalten.",
  });
  expect(fix?.en).toMatch(/Resume/);
});

test("one that is dead says the last answer once, and how to go on", () => {
  const dead = describeDelivery({
    ...told,
    state: "dead",
    reason: "exhausted",
    detail: "Gave up after 10 attempts. The last one: The endpoint answered 500.",
    attempts: 10,
  });
  expect(dead.sentence).toEqual({
    en: "Given up after 10 attempts: All attempts failed. The endpoint answered 500.",
    de: "Aufgegeben nach 10 Versuchen: Alle Versuche sind gescheitert. The endpoint answered 500.",
  });
  expect(dead.fix?.en).toMatch(/send it again \(resend\)/);
});

test("a vendor's own code is told in the vendor's own words", () => {
  const rejected = {
    state: "dead",
    reason: "INVALID_FIELD",
    detail: "No such column 'x'",
    attempts: 1,
  } as const;
  expect(both(rejected)).toEqual({
    en: "Given up after one attempt: No such column 'x'.",
    de: "Aufgegeben nach einem Versuch: Der Empfänger hat es nicht angenommen: No such column 'x'.",
  });
});

test("doubt is told in every state", () => {
  expect(both({ possiblySent: true }).en).toMatch(/It may have arrived/);
  expect(both({ possiblySent: true, state: "delivered", attempts: 2 }).de).toMatch(/mehr als einmal/);
});

test("one in doubt says so once, and that it is settled before anything is sent", () => {
  const looking = {
    reason: "looking",
    detail: "The connection was lost.",
    attempts: 1,
    possiblySent: true,
    nextAttemptAt: new Date("2026-11-23T12:00:30Z"),
  };
  expect(both(looking)).toEqual({
    en: "In doubt: Nobody knows yet whether it arrived; that is settled before anything is sent again.",
    de: "Ungewiss: Noch ist unklar, ob sie angekommen ist; das wird geklärt, bevor noch einmal etwas gesendet wird.",
  });
  const held = describeDelivery({ ...told, ...looking, state: "held", reason: "in_doubt", detail: null });
  expect(held.sentence.de).toBe(
    "Zurückgehalten: Niemand weiß, ob sie angekommen ist, und zweimal senden könnte schaden.",
  );
  expect(held.fix?.en).toMatch(/settle it as delivered, send it again, or drop it/);
});

test("one that was settled says how that is known, and there is nothing to do", () => {
  const found = { state: "delivered", reason: "found", detail: "Message of 12:01.", attempts: 1 } as const;
  expect(describeDelivery({ ...told, ...found })).toMatchObject({
    sentence: {
      en: "Delivered: Its answer was lost, and looking at the target showed that it had arrived: Message of 12:01.",
      de: "Zugestellt: Die Antwort ging verloren; ein Blick zum Empfänger zeigte, dass sie angekommen war: Message of 12:01.",
    },
    fix: null,
  });
  const settled = { ...found, reason: "settled", detail: "Settled as delivered by the key “CI”" };
  expect(both(settled).en).toBe(
    "Delivered: Nobody knew whether it had arrived; somebody looked: Settled as delivered by the key “CI”.",
  );
  expect(both({ ...settled, state: "queued", reason: "send_decided" }).de).toMatch(
    /entschieden, dass sie gesendet wird/,
  );
});

test("one that was delivered needs no reason", () => {
  expect(
    describeDelivery({ ...told, state: "delivered", attempts: 1, detail: "Accepted with 200." }),
  ).toMatchObject({
    reason: null,
    sentence: { en: "Delivered with attempt 1: Accepted with 200.", de: "Zugestellt mit Versuch 1." },
    fix: null,
  });
});

describe.each(DELIVERY_STATES)("in state %s", (state) => {
  test.each([null, ...Object.keys(REASONS)])("reason %s leaves no gap in either language", (reason) => {
    for (const detail of [null, "It said so."]) {
      const { sentence, fix } = describeDelivery({ ...told, state, reason, detail, attempts: 2 });
      for (const text of [sentence.en, sentence.de, fix?.en ?? "—", fix?.de ?? "—"]) {
        expect(text).not.toMatch(/[{}]|undefined|null|\.\.|: *\.|^$/);
      }
    }
  });
});

test("one behind another of its subject says which one goes first, and what is to be done about that", () => {
  const first = { subscriptionName: "Drafts", state: "held", reason: "in_doubt", ahead: 3 } as const;
  const { reason, sentence, fix, whose } = describeDelivery({ ...told, reason: "behind", waitsFor: first });
  expect({ reason, whose }).toEqual({ reason: "behind", whose: "yours" });
  expect(sentence).toEqual({
    en: "Waiting for an earlier one about the same subject: There are 3 before it. The first, of “Drafts”, is held (Unknown whether it arrived).",
    de: "Wartet auf eine frühere zum selben Gegenstand: Vor ihr sind 3. Die erste, von „Drafts“, wird zurückgehalten (Unklar, ob angekommen).",
  });
  expect(fix?.en).toMatch(/settle it/);
  expect(
    both({ reason: "behind", waitsFor: { ...first, state: "sending", reason: null, ahead: 1 } }).en,
  ).toBe("Waiting for an earlier one about the same subject: The one before it, of “Drafts”, is on its way.");
  expect(both({ reason: "behind" }).de).toBe("Wartet auf eine frühere zum selben Gegenstand.");
});

test("one that is held says how many wait for it", () => {
  const held = {
    state: "held",
    reason: "blocking",
    detail: "The endpoint answered 422.",
    attempts: 1,
  } as const;
  expect(both({ ...held, blocks: 2 }).en).toBe(
    "Held: It was not accepted, and what is behind it about the same subject waits: The endpoint answered 422. 2 behind it wait.",
  );
  expect(both({ ...held, blocks: 1 }).de).toMatch(/ Eine danach wartet\.$/);
});
