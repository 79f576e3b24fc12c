/** Headers of requests and answers, as the description has them. */
import { z } from "zod";
import type { ZodObjectInput, ZodOpenApiHeadersObject } from "zod-openapi";
import type { AnyRoute } from "../http/register-routes.ts";
import { idAnswer } from "../http/ids.ts";
import type { HeaderName } from "./problems.ts";

const account = idAnswer("acc")
  .optional()
  .describe("The account to work in, for an admin key; the first one when left out.");

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/)
  .optional()
  .meta({
    description:
      "Makes a repeat harmless: for 24 hours the same key with the same body answers with what the first request made.",
    examples: ["order-4711"],
  });

const ifMatch = z
  .string()
  .regex(/^\s*(?:\*|(?:W\/)?"\d+"(?:\s*,\s*(?:W\/)?"\d+")*)\s*$/)
  .optional()
  .meta({
    description: "The `ETag` of what was read. When it was changed since, the answer is 412.",
    examples: ['"3"'],
  });

/** Undefined when the route looks at none. */
export function requestHeaders(route: AnyRoute): ZodObjectInput | undefined {
  const headers = {
    ...(route.scope !== "none" && { "Stellwerk-Account": account }),
    ...(route.creates === true && { "Idempotency-Key": idempotencyKey }),
    ...(route.ifMatch === true && { "If-Match": ifMatch }),
  };
  return Object.keys(headers).length === 0 ? undefined : z.object(headers);
}

const ANSWER_HEADERS: Readonly<Record<HeaderName, { description: string; example: string }>> = {
  ETag: { description: "The version; send it back as `If-Match` with a change.", example: '"3"' },
  "Retry-After": { description: "Seconds to wait before the same is sent again.", example: "2" },
  "WWW-Authenticate": { description: "How to authenticate.", example: 'Bearer realm="stellwerk"' },
  Allow: { description: "The methods that are possible.", example: "GET, HEAD, POST" },
  Accept: { description: "The content types that are accepted.", example: "application/json" },
  "X-Request-Id": { description: "Names the request; it stands in the log as well.", example: "req_…" },
};

export function answerHeaders(names: readonly HeaderName[]): ZodOpenApiHeadersObject {
  return Object.fromEntries(
    names.map((name) => {
      const { description, example } = ANSWER_HEADERS[name];
      return [name, { description, schema: { type: "string" as const }, example }];
    }),
  );
}
