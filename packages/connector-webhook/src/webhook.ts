/** Sends an event as it came, signed by Standard Webhooks, to any address. */
import { defineAction, defineConnector, key } from "@stellwerk/connector-kit";
import { classifyWebhook } from "./classify.ts";
import { connection } from "./connection.ts";
import { eventHeaders } from "./event-headers.ts";
import { bodyOf, input as payloadInput } from "./payload.ts";

const send = defineAction({
  connection,
  title: { en: "Send to a webhook", de: "An einen Webhook senden" },
  summary: {
    en: "Forwards the event to your address, signed: byte for byte, in an envelope, or as JSON of your own.",
    de: "Leitet das Ereignis signiert an deine Adresse weiter: Byte für Byte, in einem Umschlag oder als eigenes JSON.",
  },
  input: payloadInput,
  repeat: key("receivers drop a webhook-id they have seen"),
  plan(input, { key: id, event, settings }) {
    const { contentType, body } = bodyOf(event, input);
    return {
      method: "POST",
      url: settings.url,
      headers: {
        "content-type": contentType,
        "webhook-id": id,
        ...eventHeaders(event),
        ...settings.headers,
      },
      body,
    };
  },
  classify: classifyWebhook,
  samples: [
    { name: "As it came", input: {} },
    { name: "In an envelope", input: { payload: "envelope" } },
    {
      name: "As JSON of one's own",
      input: { payload: "mapped", body: { site: 321_654, text: "Harry's Diner is live", tags: ["vip"] } },
    },
  ],
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
