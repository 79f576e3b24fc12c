/** The catalogue of event types. */
import { eventTypeOf, eventTypes } from "@stellwerk/events";
import { z } from "zod";
import { notFound } from "../errors.ts";
import { listSchema } from "../http/cursor.ts";
import { defineRoute } from "../http/route.ts";

const text = z.object({ en: z.string(), de: z.string() });

const eventType = z.strictObject({
  name: z.string(),
  title: text,
  description: text,
  /** False: the platform has not published this payload, we assume it. */
  documented: z.boolean(),
  schemaId: z.string(),
  /** JSON Schema, draft 2020-12. */
  schema: z.record(z.string(), z.unknown()),
  samples: z.array(z.looseObject({ name: z.string(), data: z.unknown() })),
});

function show(type: (typeof eventTypes)[number]): z.output<typeof eventType> {
  const { name, title, description, documented, schemaId, jsonSchema, samples } = type;
  return {
    name,
    title,
    description,
    documented,
    schemaId,
    schema: { ...jsonSchema },
    samples: samples.map((sample) => ({ ...sample })),
  };
}

export const eventTypeRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/event-types",
    summary: "Every type of event that is known, with its schema and samples.",
    scope: "read",
    answer: { status: 200, schema: listSchema(eventType) },
    handle: () => Promise.resolve({ body: { items: eventTypes.map(show), next: null } }),
  }),
  defineRoute({
    method: "GET",
    path: "/v1/event-types/{type}",
    summary: "One type of event.",
    scope: "read",
    params: z.strictObject({ type: z.string() }),
    answer: { status: 200, schema: eventType },
    handle({ params }) {
      const type = eventTypeOf(params.type);
      if (type === undefined)
        throw notFound("The catalogue has no type with this name; its events are kept all the same");
      return Promise.resolve({ body: show(type) });
    },
  }),
];
