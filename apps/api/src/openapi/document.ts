/**
 * The API's description, OpenAPI 3.1, made from the route table, its schemas and the recorded calls.
 * Everything in it comes from there: what a route does not declare, nobody can write here.
 */
import { createDocument, type ZodOpenApiObject, type ZodOpenApiPathsObject } from "zod-openapi";
import type { AnyRoute } from "../http/register-routes.ts";
import { INTRODUCTION } from "./introduction.ts";
import { describeOperation } from "./operation.ts";
import { problemExample } from "./problem-examples.ts";
import { PROBLEMS } from "./problems.ts";
import { SECTIONS } from "./sections.ts";

export type ApiDocument = ReturnType<typeof createDocument>;

export function createApiDocument(routes: readonly AnyRoute[]): ApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeOperation(route) };
  }
  const document: ZodOpenApiObject = {
    openapi: "3.1.1",
    info: {
      title: "Stellwerk",
      // The 1 of the paths: what is in this document changes without breaking what was there.
      version: "1",
      summary: "Events in, deliveries out.",
      description: INTRODUCTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    // Wherever the document was fetched from.
    servers: [{ url: "/" }],
    tags: SECTIONS.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: "http",
          scheme: "bearer",
          description:
            "`Authorization: Bearer <api key>`. Scopes are `publish`, `read`, `manage` (which may also read) of one account, and `admin` of the installation.",
        },
      },
      examples: Object.fromEntries(
        Object.entries(PROBLEMS).map(([code, { description }]) => [
          code,
          { summary: description, value: problemExample(code as keyof typeof PROBLEMS) },
        ]),
      ),
    },
  };
  return createDocument(document, {
    override({ jsonSchema }) {
      // The format says it; zod's pattern for it is half a screen.
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
      // JSON Schema's readers do not all know the classes of Unicode; Cc is these.
      jsonSchema.pattern = jsonSchema.pattern?.replaceAll("\\P{Cc}", "[^\\x00-\\x1f\\x7f-\\x9f]");
      if (jsonSchema.pattern === undefined) delete jsonSchema.pattern;
    },
  });
}
