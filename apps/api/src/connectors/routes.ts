/** The connectors of this installation. */
import { z } from "zod";
import { notFound } from "../errors.ts";
import { listSchema } from "../http/cursor.ts";
import { defineRoute } from "../http/route.ts";
import { connector, showConnector, text } from "./connector.ts";

const query = z.strictObject({
  language: z
    .enum(["en", "de"])
    .optional()
    .describe("Titles and help of the schemas in it; left out, `text` beside each field holds both."),
});

const connectorList = listSchema(connector).extend({
  refused: z
    .array(
      z.strictObject({
        name: z.string().describe("As it stands in `STELLWERK_CONNECTORS`."),
        problem: text,
        fix: text.describe("What the operator, or the connector's author, does about it."),
      }),
    )
    .describe("What this installation was told to load and could not."),
});

export const connectorRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/connectors",
    operation: "listConnectors",
    summary: "All connectors, with their actions and presets.",
    description:
      "Settings, secrets, inputs and a preset's parameters as JSON Schema with titles and help, in both languages or in one.",
    scope: "read",
    problems: [],
    query,
    answer: { status: 200, description: "All connectors on one page.", schema: connectorList },
    handle: ({ query: { language } }, { connectors, refusedConnectors }) =>
      Promise.resolve({
        body: {
          items: connectors.map((each) => showConnector(each, language)),
          next: null,
          refused: [...refusedConnectors],
        },
      }),
  }),
  defineRoute({
    method: "GET",
    path: "/v1/connectors/{id}",
    operation: "getConnector",
    summary: "One connector.",
    description: "Its settings, secrets, presets, and actions with their inputs as JSON Schema.",
    scope: "read",
    problems: [],
    params: z.strictObject({ id: z.string().describe("Its id: `webhook`.") }),
    query,
    answer: { status: 200, description: "The connector.", schema: connector },
    handle({ params, query: { language } }, { connectors }) {
      const found = connectors.find(({ id }) => id === params.id);
      if (found === undefined) throw notFound("This installation has no connector with this id");
      return Promise.resolve({ body: showConnector(found, language) });
    },
  }),
];
