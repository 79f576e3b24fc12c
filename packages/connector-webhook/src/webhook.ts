/** Sends an event as it came, signed by Standard Webhooks, to any address. */
import { defineAction, defineConnector, key } from "@stellwerk/connector-kit";
import { z } from "zod";
import { classifyWebhook } from "./classify.ts";
import { connection } from "./connection.ts";
import { eventHeaders } from "./event-headers.ts";

const send = defineAction({
  connection,
  title: { en: "Send to a webhook", de: "An einen Webhook senden" },
  summary: {
    en: "Forwards the event byte for byte to your address, signed.",
    de: "Leitet das Ereignis Byte für Byte an deine Adresse weiter, signiert.",
  },
  input: z.strictObject({}),
  repeat: key("receivers drop a webhook-id they have seen"),
  plan: (_input, { key: id, event, settings }) => ({
    method: "POST",
    url: settings.url,
    headers: {
      "content-type": event.contentType,
      "webhook-id": id,
      ...eventHeaders(event),
      ...settings.headers,
    },
    body: event.body,
  }),
  classify: classifyWebhook,
  samples: [{ name: "As it came", input: {} }],
});

export const webhook = defineConnector({
  id: "webhook",
  title: { en: "Webhook", de: "Webhook" },
  summary: {
    en: "Any address that takes a POST: Zapier, Make, n8n or your own server.",
    de: "Jede Adresse, die einen POST annimmt: Zapier, Make, n8n oder dein eigener Server.",
  },
  homepage: "https://www.standardwebhooks.com",
  hosts: "any",
  connection,
  actions: { send },
});
