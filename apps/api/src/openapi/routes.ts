/** `/openapi.json`, and the same as a page for people at `/docs`. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { AnyRoute } from "../http/register-routes.ts";
import { type Answer, defineRoute } from "../http/route.ts";
import { createApiDocument } from "./document.ts";

interface Cached {
  readonly bytes: Buffer;
  readonly etag: string;
}

function cache(text: string): Cached {
  const bytes = Buffer.from(text);
  return { bytes, etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"` };
}

function answer({ bytes, etag }: Cached, ifNoneMatch: string | undefined, contentType: string): Answer {
  const headers = { etag, "cache-control": "no-cache" };
  const isKnown = ifNoneMatch?.split(",").some((each) => each.trim().replace(/^W\//, "") === etag) === true;
  if (isKnown) return { status: 304, headers };
  return { body: bytes, headers: { ...headers, "content-type": contentType } };
}

/** `routes` is a function because these are among them. */
export function descriptionRoutes(routes: () => readonly AnyRoute[]) {
  let document: Cached | undefined;
  return [
    defineRoute({
      method: "GET",
      path: "/openapi.json",
      operation: "getOpenApi",
      summary: "This description, OpenAPI 3.1.",
      description: "For programs that make clients or tests of it. People read it at `/docs`.",
      scope: "none",
      problems: [],
      answer: {
        status: 200,
        description: "The description.",
        schema: z.looseObject({ openapi: z.string() }),
        etag: true,
      },
      otherAnswers: [
        { status: 304, description: "As before: `If-None-Match` names its `ETag`.", etag: true },
      ],
      handle({ headers }) {
        document ??= cache(JSON.stringify(createApiDocument(routes())));
        return Promise.resolve(answer(document, headers["if-none-match"], "application/json"));
      },
    }),
  ];
}
