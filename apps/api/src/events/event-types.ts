/** The catalogue of event types. */
import { eventTypeOf, eventTypes } from "@stellwerk/events";
import { z } from "zod";
import { notFound } from "../errors.ts";
import { listSchema } from "../http/cursor.ts";
import { defineRoute } from "../http/route.ts";

const text = z.object({ en: z.string(), de: z.string() });

const eventType = z
  .strictObject({
    name: z.string(),
    title: text,
    description: text,
    documented: z.boolean().describe("False: the platform has not published this payload, we assume it."),
    schemaId: z.string(),
    schema: z.record(z.string(), z.unknown()).describe("JSON Schema, draft 2020-12."),
    samples: z.array(z.looseObject({ name: z.string(), data: z.unknown() })),
  })
  .meta({ id: "EventType" });

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
    operation: "listEventTypes",
    summary: "Every type of event that is known, with its schema and samples.",
    description:
      "The catalogue of the website platform. Events of other types are accepted and kept all the same.",
    scope: "read",
    problems: [],
    answer: { status: 200, description: "All types on one page.", schema: listSchema(eventType) },
    handle: () => Promise.resolve({ body: { items: eventTypes.map(show), next: null } }),
  }),
  defineRoute({
    method: "GET",
    path: "/v1/event-types/{type}",
    operation: "getEventType",
    summary: "One type of event.",
    description: "Its description in English and German, its JSON Schema, and samples to try things with.",
    scope: "read",
    problems: [],
    params: z.strictObject({ type: z.string().describe("Its name: `website_status_changed`.") }),
    answer: { status: 200, description: "The type.", schema: eventType },
    handle({ params }) {
      const type = eventTypeOf(params.type);
      if (type === undefined)
        throw notFound("The catalogue has no type with this name; its events are kept all the same");
      return Promise.resolve({ body: show(type) });
    },
  }),
];
