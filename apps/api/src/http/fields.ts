/** Fields that several requests share. */
import { z } from "zod";

/** What people call things. */
export const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, "must be one line of text");

/** Ours are bare lower-case names; a hook takes whatever a platform calls its events, so all of that is possible. */
export const eventTypeName = z
  .string()
  .regex(/^\P{Cc}{1,128}$/u, "must be a type's name, such as website_status_changed")
  .refine((text) => text.isWellFormed(), "must not hold half a surrogate pair");

/** A moment in a query. */
export const moment = z.iso
  .datetime({ offset: true })
  .meta({ examples: ["2026-11-23T09:00:00Z"] })
  .transform((text) => new Date(text));

/** A link that people follow: http(s), and no password in it, because links are shown. */
export const webAddress = z
  .string()
  .max(2_048)
  .superRefine((text, context) => {
    const problem = addressProblem(text);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem, input: text, params });
  });

const params = {
  expected: "an http or https address without a user name or password",
  received: "another text",
};

function addressProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return "is not an address";
  const { protocol, username, password } = new URL(text);
  if (protocol !== "https:" && protocol !== "http:") return "must be an http or https address";
  if (username !== "" || password !== "") return "must not hold a user name or password";
  return undefined;
}

/** How times look in answers. */
export const time = z.iso.datetime();
export const version = z.int().min(1);
