/** The one shape of operations events: who is concerned, what happened, what to do. Alerts are made of it. */
import { z } from "zod";
import { described } from "../types/described.ts";

const subscriptionSchema = described(
  z.object({
    id: described(z.string(), ["Subscription", "sub_…"], ["Abonnement", "sub_…"]),
    name: described(z.string(), ["Its name"], ["Sein Name"]),
  }),
  ["Subscription", "Whose deliveries are concerned."],
  ["Abonnement", "Um dessen Zustellungen es geht."],
  "OperationsSubscription",
);

const connectionSchema = described(
  z.object({
    id: described(z.string(), ["Connection", "con_…"], ["Verbindung", "con_…"]),
    name: described(z.string(), ["Its name"], ["Ihr Name"]),
    connector: described(z.string(), ["Connector", "Such as slack."], ["Konnektor", "Etwa slack."]),
  }),
  ["Connection", "Where the deliveries go."],
  ["Verbindung", "Wohin die Zustellungen gehen."],
  "OperationsConnection",
);

const sourceSchema = described(
  z.object({
    id: described(z.string(), ["Source", "src_…"], ["Quelle", "src_…"]),
    name: described(z.string(), ["Its name"], ["Ihr Name"]),
    kind: described(z.string(), ["Kind", "Such as sitejet."], ["Art", "Etwa sitejet."]),
  }),
  ["Source", "Where events come from."],
  ["Quelle", "Woher Events kommen."],
  "OperationsSource",
);

const deliverySchema = described(
  z.object({
    id: described(z.string(), ["Delivery", "dlv_…"], ["Zustellung", "dlv_…"]),
    eventId: described(z.string(), ["Its event", "evt_…"], ["Ihr Event", "evt_…"]),
    eventType: described(z.string(), ["The event's type"], ["Typ des Events"]),
    subject: described(
      z.string().nullable(),
      ["What that event is about", "Such as website/321654, or null."],
      ["Worum es darin geht", "Etwa website/321654 oder null."],
    ),
  }),
  ["Delivery", "The one that brought it to light; missing where many are concerned."],
  ["Zustellung", "Die, an der es sich zeigte; fehlt, wo es um viele geht."],
  "OperationsDelivery",
);

const inBothLanguages = z.object({
  en: described(z.string(), ["English"], ["Englisch"]),
  de: described(z.string(), ["German"], ["Deutsch"]),
});

const time = (en: readonly [string, string], de: readonly [string, string]) =>
  described(z.string(), en, de).optional();

/** What happened and what to do, whomever it is about. */
const whatHappened = {
  reason: described(
    z.string(),
    ["Reason", "A code, such as timeout or gone; new ones may appear."],
    ["Grund", "Ein Code, etwa timeout oder gone; neue sind möglich."],
  ),
  detail: described(
    z.string(),
    ["In detail", "What the target answered, or what went wrong; in English or the target's own language."],
    [
      "Im Einzelnen",
      "Was das Ziel geantwortet hat oder was schiefging; auf Englisch oder in der Sprache des Ziels.",
    ],
  ),
  message: described(
    inBothLanguages,
    ["Message", "One sentence that says it all: the text of an alert."],
    ["Meldung", "Ein Satz, der alles sagt: der Text eines Alarms."],
    "OperationsMessage",
  ),
  fix: described(
    inBothLanguages,
    ["What to do", "Missing when there is nothing to do but wait."],
    ["Was zu tun ist", "Fehlt, wenn nur Warten hilft."],
    "OperationsFix",
  ).optional(),
  since: time(
    ["Since", "RFC 3339: since when nothing has come through."],
    ["Seit", "RFC 3339: seit wann nichts mehr durchkommt."],
  ),
  nextProbeAt: time(
    ["Next try", "RFC 3339: when the target is tried again."],
    ["Nächster Versuch", "RFC 3339: wann das Ziel wieder versucht wird."],
  ),
  stopsAt: time(
    ["Stops at", "RFC 3339: when the subscription is stopped unless something comes through."],
    ["Stopp am", "RFC 3339: wann das Abonnement gestoppt wird, wenn bis dahin nichts durchkommt."],
  ),
};

/** Both are optional here; each type requires the one it is about. */
const operationsShape = {
  subscription: subscriptionSchema.optional(),
  connection: connectionSchema.optional(),
  delivery: deliverySchema.optional(),
  ...whatHappened,
};

export const aboutSubscription = { ...operationsShape, subscription: subscriptionSchema };
export const aboutConnection = { ...operationsShape, connection: connectionSchema };
/** No delivery is concerned: none came to be. */
export const aboutSource = { source: sourceSchema, ...whatHappened };
/** Every field that there is, in the order of all samples. */
export const everyOperationsField = { source: sourceSchema.optional(), ...operationsShape };
