/** The connectors of this installation: what can be connected, what it can do, and what it asks for. */
import type { Connector } from "@stellwerk/connector-kit";
import { z } from "zod";
import { notFound } from "../errors.ts";
import { listSchema } from "../http/cursor.ts";
import { defineRoute } from "../http/route.ts";

const text = z.object({ en: z.string(), de: z.string().optional() });
const jsonSchema = z.record(z.string(), z.unknown());

const connector = z
  .strictObject({
    id: z.string(),
    title: text,
    summary: text,
    homepage: z.string().nullable(),
    settings: jsonSchema,
    secrets: jsonSchema,
    actions: z.array(
      z.strictObject({
        id: z.string().describe("As a subscription names it: `webhook.send`."),
        title: text,
        summary: text,
        input: jsonSchema,
        samples: z.array(z.object({ name: z.string(), input: z.unknown() })),
      }),
    ),
  })
  .meta({ id: "Connector" });

/** Made once per connector: schemas do not change while we run. */
const shown = new WeakMap<Connector, z.output<typeof connector>>();

function show(each: Connector): z.output<typeof connector> {
  let known = shown.get(each);
  if (known === undefined) {
    known = {
      id: each.id,
      title: each.title,
      summary: each.summary,
      homepage: each.homepage ?? null,
      settings: schemaOf(each.connection.settings),
      secrets: schemaOf(each.connection.secrets),
      actions: Object.entries(each.actions).map(([name, action]) => ({
        id: `${each.id}.${name}`,
        title: action.title,
        summary: action.summary,
        input: schemaOf(action.input),
        samples: action.samples.map((sample) => ({ name: sample.name, input: sample.input })),
      })),
    };
    shown.set(each, known);
  }
  return known;
}

function schemaOf(schema: z.ZodType): Record<string, unknown> {
  return { ...z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) };
}

export const connectorRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/connectors",
    operation: "listConnectors",
    summary: "All connectors, with their actions.",
    description: "Settings, secrets and inputs as JSON Schema with titles and help.",
    scope: "read",
    problems: [],
    answer: { status: 200, description: "All connectors on one page.", schema: listSchema(connector) },
    handle: (_request, { connectors }) =>
      Promise.resolve({ body: { items: connectors.map(show), next: null } }),
  }),
  defineRoute({
    method: "GET",
    path: "/v1/connectors/{id}",
    operation: "getConnector",
    summary: "One connector.",
    description: "Its settings, secrets and actions with their inputs as JSON Schema.",
    scope: "read",
    problems: [],
    params: z.strictObject({ id: z.string().describe("Its id: `webhook`.") }),
    answer: { status: 200, description: "The connector.", schema: connector },
    handle({ params }, { connectors }) {
      const found = connectors.find(({ id }) => id === params.id);
      if (found === undefined) throw notFound("This installation has no connector with this id");
      return Promise.resolve({ body: show(found) });
    },
  }),
];
