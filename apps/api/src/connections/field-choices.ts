/** Live choices for a field of an action: channels, lists, people, as the vendor has them now. */
import { findAction, performOptions } from "@stellwerk/connector-kit";
import { z } from "zod";
import { invalidRequest } from "../errors.ts";
import { idParameter } from "../http/ids.ts";
import { languageOf } from "../http/language.ts";
import { nearest } from "../http/nearest.ts";
import { defineRoute } from "../http/route.ts";
import { requireConnection } from "./require-connection.ts";
import { askVendor, callParts } from "./vendor-calls.ts";

const choices = z
  .strictObject({
    items: z.array(
      z.strictObject({
        value: z.string().describe("What goes into the input."),
        label: z.string(),
        hint: z.string().nullable(),
      }),
    ),
    next: z.string().nullable().describe("The `cursor` of the next page; null on the last."),
    refused: z
      .strictObject({ reason: z.string(), message: z.string(), fix: z.string().nullable() })
      .nullable()
      .describe("Why the vendor tells no choices. A typed value is accepted all the same."),
  })
  .meta({ id: "FieldChoices" });

export const fieldChoicesRoute = defineRoute({
  method: "POST",
  path: "/v1/connections/{id}/options",
  operation: "listFieldOptions",
  summary: "The choices of a field that has live ones: channels, lists, people.",
  description:
    "For fields with `options: true` in an action's input. `query` searches, `cursor` goes on, `input` is what is filled in so far, for choices that depend on another field. A vendor that does not answer is no problem of the request: `refused` says why.",
  scope: "manage",
  problems: ["conflict"],
  params: z.strictObject({ id: idParameter("con") }),
  body: z.strictObject({
    action: z.string().describe("As a subscription names it: `slack.post_message`."),
    field: z.string().describe("A field of its input."),
    query: z.string().max(200).default(""),
    cursor: z.string().max(2_000).optional(),
    input: z.record(z.string(), z.unknown()).default({}),
  }),
  answer: { status: 200, description: "A page of choices.", schema: choices },
  async handle({ params: { id }, body, accountId, headers }, services) {
    const row = await requireConnection(services.db, accountId, id);
    const parts = callParts(row, accountId, services);
    const found = findAction([parts.connector], body.action);
    if (found === undefined) {
      const known = Object.keys(parts.connector.actions).map((name) => `${parts.connector.id}.${name}`);
      throw invalidRequest([
        {
          path: "action",
          message: "is not an action of this connection's connector",
          expected: `one of ${known.join(", ")}`,
          received: body.action.slice(0, 80),
          fix: `Did you mean ${nearest(body.action, known, 2).join(" or ")}?`,
        },
      ]);
    }
    const { field, query, cursor, input } = body;
    const asked = await askVendor(services, { accountId, headers }, () =>
      performOptions({ ...parts, action: found.action, field, query, cursor, input }),
    );
    if (asked.ok) {
      const items = asked.items.map(({ value, label, hint }) => ({ value, label, hint: hint ?? null }));
      return { body: { items, next: asked.next ?? null, refused: null } };
    }
    const language = languageOf(headers);
    const { reason, message, fix } = asked;
    const refused = {
      reason,
      message: message[language] ?? message.en,
      fix: fix === undefined ? null : (fix[language] ?? fix.en),
    };
    return { body: { items: [], next: null, refused } };
  },
});
