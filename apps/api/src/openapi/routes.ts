/** `/openapi.json`, and the same as a page for people at `/docs`. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { AnyRoute } from "../http/register-routes.ts";
import { type Answer, defineRoute } from "../http/route.ts";
import { createApiDocument } from "./document.ts";
import { renderPage } from "./page/page.ts";
import { STYLE } from "./page/style.ts";
import { type Language, languageOf, LANGUAGES } from "./page/words.ts";

/** No script, no picture, nothing from elsewhere: one style, named by its hash. */
const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

interface Cached {
  readonly bytes: Buffer;
  readonly etag: string;
}

function cache(text: string): Cached {
  const bytes = Buffer.from(text);
  return { bytes, etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"` };
}

function answer(
  { bytes, etag }: Cached,
  ifNoneMatch: string | undefined,
  contentType: string,
  more: Readonly<Record<string, string>> = {},
): Answer {
  const headers = { ...more, etag, "cache-control": "no-cache" };
  const isKnown = ifNoneMatch?.split(",").some((each) => each.trim().replace(/^W\//, "") === etag) === true;
  if (isKnown) return { status: 304, headers };
  return { body: bytes, headers: { ...headers, "content-type": contentType } };
}

/** `routes` is a function because these are among them. */
export function descriptionRoutes(routes: () => readonly AnyRoute[]) {
  let document: Cached | undefined;
  const pages = new Map<Language, Cached>();
  return [
    defineRoute({
      method: "GET",
      path: "/openapi.json",
      operation: "getOpenApi",
      summary: "This description, OpenAPI 3.1.",
      description: "For programs that make clients or tests of it. People read it at `/docs`.",
      scope: "none",
      isAlwaysAnswered: true,
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
    defineRoute({
      method: "GET",
      path: "/docs",
      operation: "getDocs",
      summary: "This description as a page for people.",
      description:
        "In the reader's language as far as it goes: what is around the description is German or English.",
      scope: "none",
      isAlwaysAnswered: true,
      problems: [],
      query: z.strictObject({
        lang: z.enum(LANGUAGES).optional().describe("`en` or `de`; what the browser prefers when left out."),
      }),
      answer: { status: 200, description: "The page.", contentType: "text/html; charset=utf-8", etag: true },
      otherAnswers: [
        { status: 304, description: "As before: `If-None-Match` names its `ETag`.", etag: true },
      ],
      handle({ query, headers }) {
        const language = query.lang ?? languageOf(headers["accept-language"]);
        const page = pages.get(language) ?? cache(renderPage(createApiDocument(routes()), language));
        pages.set(language, page);
        return Promise.resolve(
          answer(page, headers["if-none-match"], "text/html; charset=utf-8", {
            "content-language": language,
            "content-security-policy": PAGE_POLICY,
            vary: "accept-language",
          }),
        );
      },
    }),
  ];
}
