/** Basic and Bearer: the `authorization` header, from what people were given by the receiver. */
import { field } from "@stellwerk/connector-kit";
import { z } from "zod";

/** More than RFC 6750 allows, because tokens in use are so; no line breaks. */
const TOKEN = /^[\x21-\x7e]+$/;
const NO_CONTROLS = /^\P{Cc}*$/u;

/** Every refusal names what is expected and repeats nothing: it may be the credential. */
function text(longest: number, pattern: RegExp, expected: string) {
  return z.string().superRefine((value, context) => {
    if (value.length <= longest && pattern.test(value) && value.isWellFormed()) return;
    const params = { expected, received: "another text" };
    context.addIssue({ code: "custom", message: "cannot be sent", params, input: value });
  });
}

export const bearerToken = text(4_096, TOKEN, "1 to 4,096 visible ASCII characters, no spaces")
  .optional()
  .meta(
    field({
      title: { en: "Bearer token", de: "Bearer-Token" },
      help: {
        en: "Sent as “Authorization: Bearer …” with every event. Without the word Bearer.",
        de: "Wird als „Authorization: Bearer …“ mit jedem Ereignis gesendet. Ohne das Wort Bearer.",
      },
    }),
  );

export const basicAuth = z
  .strictObject({
    username: text(500, /^[^:\p{Cc}]*$/u, "at most 500 characters, no colon and no line breaks").meta(
      field({
        title: { en: "User name", de: "Benutzername" },
        help: { en: "Without a colon; may be empty.", de: "Ohne Doppelpunkt; darf leer sein." },
        secret: false,
      }),
    ),
    password: text(500, NO_CONTROLS, "at most 500 characters, no line breaks").meta(
      field({
        title: { en: "Password", de: "Passwort" },
        help: { en: "May be empty.", de: "Darf leer sein." },
      }),
    ),
  })
  .optional()
  .meta(
    field({
      title: { en: "User name and password", de: "Benutzername und Passwort" },
      help: {
        en: "Sent as “Authorization: Basic …” with every event. Receivers that want an API key as user name leave the password empty.",
        de: "Werden als „Authorization: Basic …“ mit jedem Ereignis gesendet. Wo ein API-Schlüssel der Benutzername ist, bleibt das Passwort leer.",
      },
    }),
  );

interface Credentials {
  readonly bearerToken?: string | undefined;
  readonly basicAuth?: { readonly username: string; readonly password: string } | undefined;
}

/** @example authorizationOf({ bearerToken: "abc" }) // "Bearer abc" */
export function authorizationOf({ bearerToken: token, basicAuth: basic }: Credentials): string | undefined {
  if (token !== undefined) return `Bearer ${token}`;
  if (basic === undefined) return undefined;
  // RFC 7617: UTF-8, as every receiver in use reads it.
  return `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString("base64")}`;
}
