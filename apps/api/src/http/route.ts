/**
 * The route table's entry: everything that can be said about a route as data, and the function that
 * answers it. The server, its checks and the API's description are all made from this.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Scope } from "@stellwerk/store";
import type { z } from "zod";
import type { ProblemCode } from "../errors.ts";
import type { Services } from "../services.ts";
import type { Caller } from "./authenticate.ts";
import type { IfMatch } from "./version.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

interface RouteFacts {
  readonly method: Method;
  /** `/v1/sources/{id}` */
  readonly path: string;
  /** Its name for programs, `createSource`: the document's operationId. */
  readonly operation: string;
  /** One sentence for the API's description. */
  readonly summary: string;
  /** What somebody wants to know before the first call; `code` is the only markup. */
  readonly description: string;
  /** `none`: anybody may call it. */
  readonly scope: Scope | "none";
  /** Answered however much there is to do, because it asks nobody, or once for all who ask. */
  readonly isAlwaysAnswered?: boolean;
  /** Problems of its own; those that follow from what is declared here are added (openapi/problems.ts). */
  readonly problems: readonly ProblemCode[];
  /** The successful answer. */
  readonly answer: AnswerFacts;
  /** Answers that are neither the successful one nor a problem. */
  readonly otherAnswers?: readonly AnswerFacts[];
  /** Honours `Idempotency-Key`. */
  readonly creates?: boolean;
  /** Honours `If-Match`. */
  readonly ifMatch?: boolean;
}

export interface AnswerFacts {
  readonly status: number;
  /** One sentence. */
  readonly description: string;
  /** None: without a body, or bytes of `contentType`. */
  readonly schema?: z.ZodType;
  /** `application/json` when there is a schema. */
  readonly contentType?: string;
  /** Carries the version as `ETag`. */
  readonly etag?: boolean;
}

/** A route whose request is read, checked and answered by the common steps. */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> extends RouteFacts {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  // A method, so that routes of any schemas stand in one list.
  handle(
    request: ApiRequest<z.output<Params>, z.output<Query>, z.output<Body>>,
    services: Services,
  ): Promise<Answer>;
}

/** A route on the hot path: it reads, checks and answers by itself. The schemas describe it. */
export interface IngressRoute extends RouteFacts {
  readonly params?: z.ZodType;
  readonly body: z.ZodType;
  /** Media types besides `application/json`; their bodies are described in words. */
  readonly accepts?: readonly string[];
  receive(
    request: IncomingMessage,
    response: ServerResponse,
    parts: IngressRequest,
    services: Services,
  ): Promise<void>;
}

export interface IngressRequest {
  readonly requestId: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface ApiRequest<Params, Query, Body> {
  readonly requestId: string;
  /** `GET /v1/sources`, as the table says it. */
  readonly route: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  /** The account that the caller acts on. */
  readonly accountId: string;
  readonly ifMatch: IfMatch;
  readonly headers: IncomingHttpHeaders;
  /** Of the connection: with a proxy in front, its own. */
  readonly remoteAddress: string | undefined;
  readonly idempotency: Idempotency | undefined;
}

/** An `Idempotency-Key` and what it was sent with, as hashes. */
export interface Idempotency {
  readonly keyHash: string;
  readonly bodyHash: string;
}

export interface Answer {
  /** The route's own when left out. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless it is bytes or a stream of text; undefined: no body. */
  readonly body?: unknown;
}

export function defineRoute<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  route: Route<Params, Query, Body>,
): Route {
  return route;
}
