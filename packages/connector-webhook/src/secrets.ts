/** A webhook's secrets: what signs its requests, and what opens the receiver's door. */
import { field } from "@stellwerk/connector-kit";
import { z } from "zod";
import { basicAuth, bearerToken } from "./authorization.ts";
import { secretHeaders } from "./custom-headers.ts";
import { kindOfSecret, secretKinds, type SignatureKind } from "./signature-kind.ts";

/** One that nobody has taken over yet, and one more for a rotation in the middle of that. */
export const MOST_PREVIOUS = 2;

function signingSecret(kind: SignatureKind) {
  const { read, shape } = secretKinds[kind];
  return z.string().superRefine((secret, context) => {
    if (read(secret) !== undefined) return;
    context.addIssue({
      code: "custom",
      message: kind === "v1" ? "is not a signing secret" : "is not a signing key",
      params: { expected: shape, received: describe(secret), fix: "Leave it out to get a new one." },
      input: secret,
    });
  });
}

/** Says enough to find the mistake, and nothing of the secret. */
function describe(secret: string): string {
  const kind = kindOfSecret(secret);
  if (kind === undefined) return "a text without that prefix";
  const encoded = secret.slice(secret.indexOf("_") + 1);
  const bytes = Buffer.from(encoded, "base64");
  return bytes.toString("base64") === encoded
    ? `base64 of ${bytes.length} bytes`
    : "no base64 behind the prefix";
}

const previousSecret = z.strictObject({
  secret: z
    .union([signingSecret("v1"), signingSecret("v1a")], {
      error: "is neither a signing secret nor a signing key",
    })
    .meta(
      field({
        title: { en: "Secret", de: "Schlüssel" },
        help: { en: "The one that was replaced.", de: "Der ersetzte Schlüssel." },
      }),
    ),
  until: z.iso.datetime().meta(
    field({
      title: { en: "Signs until", de: "Signiert bis" },
      help: { en: "For example 2027-01-31T12:00:00Z.", de: "Zum Beispiel 2027-01-31T12:00:00Z." },
      secret: false,
    }),
  ),
});

export const webhookSecrets = z
  .strictObject({
    signingSecret: signingSecret("v1").meta(
      field({
        title: { en: "Signing secret", de: "Signaturschlüssel" },
        help: {
          en: "The receiver checks with it that an event is from us (Standard Webhooks). Made for you when left out.",
          de: "Damit prüft der Empfänger, dass ein Ereignis von uns stammt (Standard Webhooks). Wird erzeugt, wenn er fehlt.",
        },
      }),
    ),
    signingKey: signingSecret("v1a")
      .optional()
      .meta(
        field({
          title: { en: "Private key", de: "Privater Schlüssel" },
          help: {
            en: "Makes v1a signatures, which receivers check with the public key. Made for you when left out; never shown again.",
            de: "Erzeugt v1a-Signaturen, die Empfänger mit dem öffentlichen Schlüssel prüfen. Wird erzeugt, wenn er fehlt; wird nie wieder gezeigt.",
          },
        }),
      ),
    previousSecrets: z
      .array(previousSecret)
      .max(MOST_PREVIOUS * 2)
      .optional()
      .meta(
        field({
          title: { en: "Replaced secrets", de: "Ersetzte Schlüssel" },
          help: {
            en: "They sign as well until their time is over, so that receivers can change at their own pace. A rotation fills this in.",
            de: "Sie signieren bis zu ihrem Ende mit, damit Empfänger in Ruhe wechseln können. Eine Rotation trägt sie hier ein.",
          },
        }),
      ),
    bearerToken,
    basicAuth,
    headers: secretHeaders.optional().meta(
      field({
        title: { en: "Secret headers", de: "Geheime Header" },
        help: {
          en: "Like headers, for values nobody may read again.",
          de: "Wie Header, für Werte, die niemand wieder lesen darf.",
        },
      }),
    ),
  })
  .superRefine(({ bearerToken: token, basicAuth: basic, headers }, context) => {
    const given = [
      ...(headers !== undefined && "authorization" in headers ? ["headers.authorization"] : []),
      ...(token === undefined ? [] : ["bearerToken"]),
      ...(basic === undefined ? [] : ["basicAuth"]),
    ];
    if (given.length < 2) return;
    context.addIssue({
      code: "custom",
      path: [given.at(-1) ?? ""],
      message: "is one way to authorise too many",
      params: {
        expected: "one of headers.authorization, bearerToken, basicAuth",
        received: given.join(" and "),
      },
      input: undefined,
    });
  });

export type WebhookSecrets = z.output<typeof webhookSecrets>;
