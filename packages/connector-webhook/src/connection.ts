/** A webhook's address, headers and signing secret. */
import type { KeyObject } from "node:crypto";
import { defineConnection, field } from "@stellwerk/connector-kit";
import { z } from "zod";
import { plainHeaders, secretHeaders } from "./custom-headers.ts";
import { readSigningKey, sign } from "./sign.ts";
import { makeSigningSecret, SIGNING_SECRET_SHAPE, signingKeyOf } from "./signing-secret.ts";
import { checkTargetAddress } from "./target-address.ts";

const settings = z.strictObject({
  url: z
    .string()
    .superRefine(checkTargetAddress)
    .meta(
      field({
        title: { en: "Address", de: "Adresse" },
        help: {
          en: "Where events are sent by POST, for example https://example.com/hooks. No user name or password in it.",
          de: "Wohin Ereignisse per POST gesendet werden, zum Beispiel https://example.com/hooks. Ohne Benutzername und Passwort.",
        },
      }),
    ),
  headers: plainHeaders.optional().meta(
    field({
      title: { en: "Headers", de: "Header" },
      help: {
        en: "Sent with every event and visible to everybody who sees this connection. Credentials go into the secret headers.",
        de: "Werden mit jedem Ereignis gesendet und sind für alle sichtbar, die diese Verbindung sehen. Zugangsdaten gehören in die geheimen Header.",
      },
    }),
  ),
});

const secretFields = z.strictObject({
  signingSecret: z
    .string()
    .superRefine((secret, context) => {
      if (signingKeyOf(secret) !== undefined) return;
      context.addIssue({
        code: "custom",
        message: "is not a signing secret",
        params: { expected: SIGNING_SECRET_SHAPE, fix: "Leave it out to get a new one." },
        input: secret,
      });
    })
    .meta(
      field({
        title: { en: "Signing secret", de: "Signaturschlüssel" },
        help: {
          en: "The receiver checks with it that an event is from us (Standard Webhooks). Made for you when left out.",
          de: "Damit prüft der Empfänger, dass ein Ereignis von uns stammt (Standard Webhooks). Wird erzeugt, wenn er fehlt.",
        },
      }),
    ),
  headers: secretHeaders.optional().meta(
    field({
      title: { en: "Secret headers", de: "Geheime Header" },
      help: {
        en: "Like headers, for values nobody may read again, such as an authorization.",
        de: "Wie Header, für Werte, die niemand wieder lesen darf, etwa eine Autorisierung.",
      },
    }),
  ),
});

export const connection = defineConnection({
  settings,
  secrets: secretFields,
  makeSecrets: () => ({ signingSecret: makeSigningSecret() }),
  reveal: ["signingSecret"],
  // The signature is no secret: whoever may read the log may compare it with what the receiver computed.
  authorise(request, { key, secrets, now }) {
    const { headers } = secrets;
    const timestamp = Math.floor(now.getTime() / 1_000);
    const signature = sign(signingKeyFor(secrets), { id: key, timestamp, body: request.body ?? "" });
    return {
      headers: { "webhook-timestamp": String(timestamp), "webhook-signature": signature },
      ...(headers === undefined ? {} : { secretHeaders: headers }),
    };
  },
});

/** By the connection's parsed secrets, which live as long as they are current. */
const signingKeys = new WeakMap<object, KeyObject>();

function signingKeyFor(secrets: { readonly signingSecret: string }): KeyObject {
  let key = signingKeys.get(secrets);
  if (key === undefined) signingKeys.set(secrets, (key = readSigningKey(secrets.signingSecret)));
  return key;
}
