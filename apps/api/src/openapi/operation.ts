/** One route as an operation of the description. */
import { z } from "zod";
import type { ZodObjectInput, ZodOpenApiOperationObject, ZodOpenApiResponseObject } from "zod-openapi";
import type { AnyRoute } from "../http/register-routes.ts";
import type { AnswerFacts } from "../http/route.ts";
import { callsOf, type RecordedCall } from "./examples.ts";
import { BROKEN_REQUEST_STATUSES, type HeaderName, PROBLEMS, problemsOf } from "./problems.ts";
import { problem } from "./problem-schema.ts";
import { answerHeaders, requestHeaders } from "./headers.ts";
import { sectionOf } from "./sections.ts";

const PROBLEM_TYPE = "application/problem+json";

export function describeOperation(route: AnyRoute): ZodOpenApiOperationObject {
  return {
    operationId: route.operation,
    tags: [sectionOf(route).name],
    summary: route.summary,
    description: route.description,
    // An empty list: no key, whatever else holds.
    security: route.scope === "none" ? [] : [{ apiKey: [route.scope] }],
    requestParams: {
      ...(route.params !== undefined && { path: objectOf(route.params, route) }),
      ...("query" in route && route.query !== undefined && { query: objectOf(route.query, route) }),
      ...(requestHeaders(route) !== undefined && { header: requestHeaders(route) }),
    },
    ...(route.body !== undefined && { requestBody: describeBody(route, route.body) }),
    responses: describeAnswers(route),
  };
}

function objectOf(schema: z.ZodType, { method, path }: AnyRoute): ZodObjectInput {
  if (schema instanceof z.ZodObject) return schema;
  throw new Error(`The parameters of ${method} ${path} are no object; they cannot be described`);
}

function describeBody(route: AnyRoute, schema: z.ZodType): ZodOpenApiOperationObject["requestBody"] {
  const others = "accepts" in route ? (route.accepts ?? []) : [];
  const calls = callsOf(route).filter(
    ({ request, answer }) => request.body !== undefined && answer.status < 300,
  );
  return {
    required: !schema.safeParse(undefined).success,
    content: {
      "application/json": { schema, examples: examplesOf(calls, ({ request }) => request.body) },
      ...Object.fromEntries(others.map((type) => [type, { schema: {} }])),
    },
  };
}

function describeAnswers(route: AnyRoute): ZodOpenApiOperationObject["responses"] {
  const answers: Record<string, ZodOpenApiResponseObject> = {};
  for (const facts of [route.answer, ...(route.otherAnswers ?? [])]) {
    answers[facts.status] = describeAnswer(route, facts);
  }
  const byStatus = Map.groupBy(problemsOf(route), (code) => PROBLEMS[code].status);
  for (const status of BROKEN_REQUEST_STATUSES) byStatus.set(status, ["broken-request"]);
  for (const [status, codes] of [...byStatus].toSorted(([a], [b]) => a - b)) {
    if (answers[status] !== undefined) continue;
    const headers: HeaderName[] = ["X-Request-Id", ...codes.flatMap((code) => PROBLEMS[code].headers ?? [])];
    answers[status] = {
      description: codes.map((code) => PROBLEMS[code].description).join(" Or: "),
      headers: answerHeaders(headers),
      content: {
        [PROBLEM_TYPE]: {
          schema: problem,
          examples: {
            ...Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
            ...examplesOf(callsOf(route).filter(({ answer }) => answer.status === status)),
          },
        },
      },
    };
  }
  return answers;
}

function describeAnswer(route: AnyRoute, facts: AnswerFacts): ZodOpenApiResponseObject {
  const headers: HeaderName[] = ["X-Request-Id", ...(facts.etag === true ? (["ETag"] as const) : [])];
  const described = { description: facts.description, headers: answerHeaders(headers) };
  const contentType = facts.contentType ?? (facts.schema === undefined ? undefined : "application/json");
  if (contentType === undefined) return described;
  const examples = examplesOf(callsOf(route).filter(({ answer }) => answer.status === facts.status));
  return {
    ...described,
    content: { [contentType]: { ...(facts.schema !== undefined && { schema: facts.schema }), examples } },
  };
}

function examplesOf(
  calls: readonly RecordedCall[],
  valueOf: (call: RecordedCall) => unknown = ({ answer }) => answer.body,
): Record<string, { summary: string; value: unknown }> {
  return Object.fromEntries(
    calls.map((call, index) => [`call-${index + 1}`, { summary: call.summary, value: valueOf(call) }]),
  );
}
