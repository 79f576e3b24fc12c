/**
 * The types of operations events: what happens to deliveries, subscriptions, connections and sources of an
 * account.
 * Ordinary events on a topic of their own, so that an alert is an ordinary subscription.
 */
import { defineEventType } from "../types/define-event-type.ts";
import type { EventSample } from "../types/define-event-type.ts";
import type { LocalisedText } from "../types/described.ts";
import {
  breakerClosedMessage,
  breakerOpenedMessage,
  connectionBrokenMessage,
  deliveryExhaustedMessage,
  deliveryExpiredMessage,
  deliveryFailingMessage,
  deliveryHeldMessage,
  sourceSilentMessage,
  subscriptionFailingMessage,
  subscriptionStoppedMessage,
} from "./operations-messages.ts";
import { aboutConnection, aboutSource, aboutSubscription } from "./operations-shape.ts";
import {
  hookOfTheAgency,
  launchesToSlack,
  sampleFix as fix,
  launchOfHarrysDiner,
  slackOfTheAgency,
} from "./sample-parts.ts";

/** Only we make events whose type starts with it. */
export const OPERATIONS_PREFIX = "stellwerk.";

/** Whether a type's name is reserved: producers may not use it, and `*` of a subscription does not mean it. */
export function isOperationsType(type: string): boolean {
  return type.startsWith(OPERATIONS_PREFIX);
}

interface Words {
  readonly title: LocalisedText;
  readonly description: LocalisedText;
  readonly sample: Omit<EventSample, "title" | "documented">;
}

/** The sample is titled as its type: each has one. */
function wordsOf({ title, description, sample }: Words) {
  const samples = [{ ...sample, title, documented: true }] as const;
  return { version: 1, documented: true, title, description, samples };
}

const failedFourTimes = "The target did not answer within 15 s.";

const deliveryFailingType = defineEventType({
  name: "stellwerk.delivery_failing",
  shape: aboutSubscription,
  ...wordsOf({
    title: { en: "A delivery keeps failing", de: "Eine Zustellung scheitert wiederholt" },
    description: {
      en: "Its fourth attempt has failed, too; it is tried again.",
      de: "Auch der vierte Versuch ist gescheitert; es wird weiter versucht.",
    },
    sample: {
      name: "timeout",
      data: {
        event: "stellwerk.delivery_failing",
        subscription: launchesToSlack,
        connection: slackOfTheAgency,
        delivery: launchOfHarrysDiner,
        reason: "timeout",
        detail: failedFourTimes,
        message: deliveryFailingMessage({ name: launchesToSlack.name, detail: failedFourTimes }),
      },
    },
  }),
});

const deliveryExhaustedType = defineEventType({
  name: "stellwerk.delivery_exhausted",
  shape: aboutSubscription,
  ...wordsOf({
    title: { en: "A delivery has failed for good", de: "Eine Zustellung ist endgültig gescheitert" },
    description: {
      en: "Every attempt of its schedule has failed. It can be sent again by hand.",
      de: "Alle Versuche des Zeitplans sind gescheitert. Sie kann von Hand erneut gesendet werden.",
    },
    sample: {
      name: "timeout",
      data: {
        event: "stellwerk.delivery_exhausted",
        subscription: launchesToSlack,
        connection: slackOfTheAgency,
        delivery: launchOfHarrysDiner,
        reason: "timeout",
        detail: failedFourTimes,
        message: deliveryExhaustedMessage({ name: launchesToSlack.name, detail: failedFourTimes }),
        fix: fix.resend,
      },
    },
  }),
});

const notAccepted = "The target answered 422: the contact has no e-mail address.";

const deliveryHeldType = defineEventType({
  name: "stellwerk.delivery_held",
  shape: aboutSubscription,
  ...wordsOf({
    title: { en: "A delivery waits for a person", de: "Eine Zustellung wartet auf einen Menschen" },
    description: {
      en: "It was not accepted and those behind it about the same subject wait, or nobody knows whether it arrived.",
      de: "Sie wurde nicht angenommen und die nächsten zum selben Gegenstand warten, oder niemand weiß, ob sie angekommen ist.",
    },
    sample: {
      name: "blocking",
      data: {
        event: "stellwerk.delivery_held",
        subscription: launchesToSlack,
        connection: slackOfTheAgency,
        delivery: launchOfHarrysDiner,
        reason: "blocking",
        detail: notAccepted,
        message: deliveryHeldMessage({ name: launchesToSlack.name, detail: notAccepted }),
        fix: fix.settle,
      },
    },
  }),
});

const deliveryExpiredType = defineEventType({
  name: "stellwerk.delivery_expired",
  shape: aboutSubscription,
  ...wordsOf({
    title: { en: "A delivery has expired", de: "Eine Zustellung ist verfallen" },
    description: {
      en: "It waited until its event was about to be removed, and was not sent.",
      de: "Sie hat gewartet, bis ihr Event gelöscht werden sollte, und wurde nicht gesendet.",
    },
    sample: {
      name: "paused-too-long",
      data: {
        event: "stellwerk.delivery_expired",
        subscription: launchesToSlack,
        connection: slackOfTheAgency,
        delivery: launchOfHarrysDiner,
        reason: "paused",
        detail: "",
        message: deliveryExpiredMessage({ name: launchesToSlack.name, detail: "" }),
      },
    },
  }),
});

const subscriptionFailingType = defineEventType({
  name: "stellwerk.subscription_failing",
  shape: aboutSubscription,
  ...wordsOf({
    title: { en: "A subscription is about to be stopped", de: "Ein Abonnement wird bald gestoppt" },
    description: {
      en: "Nothing of it has come through for long. A warning comes at 50, 75 and 90 % of the time until it is stopped.",
      de: "Seit langem kommt nichts mehr durch. Eine Warnung kommt nach 50, 75 und 90 % der Zeit bis zum Stopp.",
    },
    sample: {
      name: "half-of-the-time",
      data: {
        event: "stellwerk.subscription_failing",
        subscription: launchesToSlack,
        connection: slackOfTheAgency,
        reason: "timeout",
        detail: failedFourTimes,
        message: subscriptionFailingMessage({
          name: launchesToSlack.name,
          detail: failedFourTimes,
          since: "2026-11-21T09:00:00.000Z",
          stopsAt: "2026-11-26T09:00:00.000Z",
        }),
        fix: fix.target,
        since: "2026-11-21T09:00:00.000Z",
        nextProbeAt: "2026-11-23T21:30:00.000Z",
        stopsAt: "2026-11-26T09:00:00.000Z",
      },
    },
  }),
});

const subscriptionStoppedType = defineEventType({
  name: "stellwerk.subscription_stopped",
  shape: aboutSubscription,
  ...wordsOf({
    title: { en: "A subscription was stopped", de: "Ein Abonnement wurde gestoppt" },
    description: {
      en: "Its target is gone, does not accept what is sent, or has done nothing but fail. Events go on matching; their deliveries wait until somebody resumes it.",
      de: "Das Ziel gibt es nicht mehr, es nimmt nichts an oder versagt seit Tagen. Events passen weiterhin; ihre Zustellungen warten, bis jemand fortsetzt.",
    },
    sample: {
      name: "gone",
      data: {
        event: "stellwerk.subscription_stopped",
        subscription: launchesToSlack,
        connection: slackOfTheAgency,
        delivery: launchOfHarrysDiner,
        reason: "gone",
        detail: "The target answered 410 Gone.",
        message: subscriptionStoppedMessage({
          name: launchesToSlack.name,
          detail: "The target answered 410 Gone.",
        }),
        fix: fix.resume,
      },
    },
  }),
});

const breakerOpenedType = defineEventType({
  name: "stellwerk.breaker_opened",
  shape: aboutSubscription,
  ...wordsOf({
    title: { en: "A target keeps failing", de: "Ein Ziel versagt wiederholt" },
    description: {
      en: "Deliveries wait instead of failing; one at a time tries whether the target is back.",
      de: "Zustellungen warten, statt zu scheitern; immer nur eine versucht, ob das Ziel wieder da ist.",
    },
    sample: {
      name: "timeout",
      data: {
        event: "stellwerk.breaker_opened",
        subscription: launchesToSlack,
        connection: slackOfTheAgency,
        reason: "timeout",
        detail: failedFourTimes,
        message: breakerOpenedMessage({
          name: launchesToSlack.name,
          detail: failedFourTimes,
          nextProbeAt: "2026-11-23T09:00:30.000Z",
        }),
        since: "2026-11-23T08:58:12.000Z",
        nextProbeAt: "2026-11-23T09:00:30.000Z",
      },
    },
  }),
});

const breakerClosedType = defineEventType({
  name: "stellwerk.breaker_closed",
  shape: aboutSubscription,
  ...wordsOf({
    title: { en: "A target works again", de: "Ein Ziel funktioniert wieder" },
    description: {
      en: "A delivery has come through; those that waited are being sent.",
      de: "Eine Zustellung ist angekommen; die wartenden werden gesendet.",
    },
    sample: {
      name: "works-again",
      data: {
        event: "stellwerk.breaker_closed",
        subscription: launchesToSlack,
        connection: slackOfTheAgency,
        reason: "delivered",
        detail: "",
        message: breakerClosedMessage({ name: launchesToSlack.name, detail: "" }),
        since: "2026-11-23T08:58:12.000Z",
      },
    },
  }),
});

const connectionBrokenType = defineEventType({
  name: "stellwerk.connection_broken",
  shape: aboutConnection,
  ...wordsOf({
    title: { en: "A connection no longer works", de: "Eine Verbindung funktioniert nicht mehr" },
    description: {
      en: "Its credentials were refused. Deliveries over it wait until somebody renews them.",
      de: "Die Zugangsdaten wurden abgelehnt. Zustellungen darüber warten, bis jemand sie erneuert.",
    },
    sample: {
      name: "token-revoked",
      data: {
        event: "stellwerk.connection_broken",
        connection: slackOfTheAgency,
        delivery: launchOfHarrysDiner,
        reason: "auth",
        detail: "token_revoked",
        message: connectionBrokenMessage({ name: slackOfTheAgency.name, detail: "token_revoked" }),
        fix: fix.credentials,
      },
    },
  }),
});

const usually = "Until then there were never more than 64 hours between two events";

const sourceSilentType = defineEventType({
  name: "stellwerk.source_silent",
  shape: aboutSource,
  ...wordsOf({
    title: { en: "A source has fallen silent", de: "Eine Quelle ist verstummt" },
    description: {
      en: "It used to send events and has sent none for much longer than usual. Told once per silence.",
      de: "Sie hat sonst Events gesendet und seit viel längerer Zeit als üblich keines mehr. Je Stille einmal gemeldet.",
    },
    sample: {
      name: "silent",
      data: {
        event: "stellwerk.source_silent",
        source: hookOfTheAgency,
        reason: "silent",
        detail: usually,
        message: sourceSilentMessage({
          name: hookOfTheAgency.name,
          detail: usually,
          since: "2026-11-17T16:20:00.000Z",
        }),
        fix: fix.hook,
        since: "2026-11-17T16:20:00.000Z",
      },
    },
  }),
});

export const operationsEventTypes = [
  deliveryFailingType,
  deliveryExhaustedType,
  deliveryHeldType,
  deliveryExpiredType,
  subscriptionFailingType,
  subscriptionStoppedType,
  breakerOpenedType,
  breakerClosedType,
  connectionBrokenType,
  sourceSilentType,
] as const;
