/**
 * A target that is always there: it takes every event and does nothing with it. What an inbox shows is
 * a view of its connection's deliveries, made by the api; a connector has no store.
 */
import { defineAction, defineConnection, defineConnector, natural, none } from "@stellwerk/connector-kit";
import { z } from "zod";

const connection = defineConnection({
  settings: z.strictObject({}),
  secrets: z.strictObject({}),
  auth: none(),
});

const keep = defineAction({
  connection,
  title: { en: "Keep in the inbox", de: "Im Eingang behalten" },
  summary: {
    en: "Shows the event here, without a server of your own.",
    de: "Zeigt das Ereignis hier an, ohne eigenen Server.",
  },
  input: z.strictObject({}),
  repeat: natural("nothing leaves and nothing is stored"),
  deliver: () =>
    Promise.resolve({ kind: "delivered", summary: { en: "Kept in the inbox.", de: "Im Eingang behalten." } }),
  samples: [{ name: "As it came", input: {} }],
});

export const inbox = defineConnector({
  id: "inbox",
  title: { en: "Inbox", de: "Eingang" },
  summary: {
    en: "Keeps the last events where you can look at them: the quickest way to see a first one.",
    de: "Behält die letzten Ereignisse zum Ansehen: der schnellste Weg, ein erstes zu sehen.",
  },
  hosts: [],
  connection,
  actions: { keep },
});
