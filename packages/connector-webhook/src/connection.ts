/** A webhook's address, its headers, and how its requests are signed. */
import { apiKey, defineConnection, field } from "@stellwerk/connector-kit";
import { z } from "zod";
import { authorise } from "./authorise.ts";
import { plainHeaders } from "./custom-headers.ts";
import { signing } from "./rotation.ts";
import { type WebhookSecrets, webhookSecrets } from "./secrets.ts";
import { SIGNATURE_CHOICES } from "./signature-kind.ts";
import { makeSigningSecret } from "./signing-secret.ts";
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
        en: "Sent with every event and visible to everybody who sees this connection. Credentials go into the secrets.",
        de: "Werden mit jedem Ereignis gesendet und sind für alle sichtbar, die diese Verbindung sehen. Zugangsdaten gehören zu den Geheimnissen.",
      },
    }),
  ),
  signature: z
    .enum(SIGNATURE_CHOICES)
    .default("v1")
    .meta(
      field({
        title: { en: "Signature", de: "Signatur" },
        help: {
          en: "v1: with the shared secret (HMAC-SHA256). v1a: with a key pair (ed25519), so that the receiver holds no secret. both: for receivers that change over.",
          de: "v1: mit dem gemeinsamen Schlüssel (HMAC-SHA256). v1a: mit einem Schlüsselpaar (ed25519), damit beim Empfänger kein Geheimnis liegt. both: für Empfänger, die umstellen.",
        },
      }),
    ),
});

export const connection = defineConnection<z.output<typeof settings>, WebhookSecrets>({
  settings,
  secrets: webhookSecrets,
  auth: apiKey(),
  makeSecrets: () => ({ signingSecret: makeSigningSecret() }),
  reveal: ["signingSecret"],
  signing,
  targets: ({ url }) => ({ url }),
  credentials: ["bearerToken", "basicAuth", "headers"],
  authorise(request, { key: id, settings: { signature }, secrets, now }) {
    const message = { id, timestamp: Math.floor(now.getTime() / 1_000), body: request.body ?? "" };
    return authorise(secrets, signature, message, now);
  },
});
