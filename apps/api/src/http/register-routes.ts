/** Puts the route table onto express, with the steps that every request goes through. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { readJson } from "@stellwerk/events";
import { formatId } from "@stellwerk/delivery";
import { hashForIdempotency } from "@stellwerk/store";
import type { Express, NextFunction, Request, Response } from "express";
import { traceIdOf } from "@stellwerk/telemetry";
import { z } from "zod";
import { sendProblem } from "../error-response.ts";
import { traceparentOf } from "../ingress/traceparent.ts";
import {
  ClientGoneError,
  type FieldProblem,
  invalidRequest,
  malformedBody,
  methodNotAllowed,
  notFound,
  tooLarge,
  unsupportedMediaType,
} from "../errors.ts";
import type { Services } from "../services.ts";
import { sendBody, sendJson } from "./answer.ts";
import { shownId } from "./hide-long-words.ts";
import { idempotencyKeyProblem } from "./idempotency-key.ts";
import { authenticate, chooseAccount, requireScope } from "./authenticate.ts";
import { answerDirectly, type DirectHandler, type DirectRoute } from "./direct-routes.ts";
import { makeRequestId } from "./request-id.ts";
import { isStream, sendStream } from "./send-stream.ts";
import { watchRequests } from "./watch-requests.ts";
import { isJsonType, MAX_BODY_BYTES, mediaTypeOf, readBody } from "./read-body.ts";
import type { Answer, ApiRequest, Idempotency, IngressRoute, Route } from "./route.ts";
import { describeUnknown } from "./unknown-address.ts";
import { check, findUnstorable } from "./validate.ts";

const noQuery = z.strictObject({});

export type AnyRoute = Route | IngressRoute;

/** Answers what takes the requests: express behind the few routes that need nothing of it. */
export function registerRoutes(
  app: Express,
  routes: readonly AnyRoute[],
  services: Services,
): RequestListener {
  const direct: DirectRoute[] = [];
  for (const route of routes) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
    let handle: Handler;
    if ("receive" in route) {
      const receiving = watchRequests(route, receive(route, services), services);
      if (path !== route.path) direct.push({ method: route.method, path: route.path, handle: receiving });
      handle = receiving as Handler;
    } else {
      handle = watchRequests(route, answerRoute(route, services), services);
    }
    app[route.method.toLowerCase() as Lowercase<typeof route.method>](path, handle);
  }
  const unmatched = services.metrics.route("other", "unmatched");
  // Fixed words before parameters: what `/v1/deliveries/resend` allows, `/v1/deliveries/:id` does not know.
  const parametersIn = ([path]: readonly [string, unknown]) => path.split(":").length;
  const byPath = [...methodsByPath(routes)].toSorted((a, b) => parametersIn(a) - parametersIn(b));
  for (const [path, allowed] of byPath) {
    app.all(path, (request, response) => {
      unmatched(405, 0);
      sendProblem(response, methodNotAllowed(request.method, allowed), makeRequestId(), services.log);
    });
  }
  const unknownAddress = describeUnknown(routes);
  app.use((request, response) => {
    unmatched(404, 0);
    sendProblem(response, unknownAddress(request.path), makeRequestId(), services.log);
  });
  // Express itself throws for a path that cannot be decoded; four parameters make it an error handler.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const problem = error instanceof URIError ? unknownAddress("") : error;
    sendProblem(response, problem, makeRequestId(), services.log);
  });
  return answerDirectly(direct, app);
}

function methodsByPath(routes: readonly AnyRoute[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) {
    const key = path.replaceAll(/\{(\w+)\}/g, ":$1");
    const list = methods.get(key) ?? [];
    list.push(...(method === "GET" ? ["GET", "HEAD"] : [method]));
    methods.set(key, list);
  }
  return methods;
}

export type Handler = (request: Request, response: Response) => Promise<void>;

function receive(route: IngressRoute, services: Services): DirectHandler {
  return async (request, response) => {
    const requestId = makeRequestId();
    try {
      await route.receive(request, response, { requestId, params: request.params }, services);
    } catch (error) {
      if (error instanceof ClientGoneError) return;
      sendProblem(response, error, requestId, services.log);
    }
  };
}

function answerRoute(route: Route, services: Services): Handler {
  return async (request, response) => {
    const requestId = makeRequestId();
    const startedAt = performance.now();
    let accountId: string | undefined;
    try {
      const answer = async (countFor: (accountId: string) => void) => {
        const read = await readRequest(route, request, requestId, services, countFor);
        accountId = read.accountId;
        const scoped = behindWall(services, read.accountId);
        const made = await route.handle(read, scoped);
        if (isStream(made.body)) await sendLong(request, response, route, made, read, services);
        else sendAnswer(response, route, made, requestId);
      };
      await (route.isAlwaysAnswered === true
        ? answer(() => {})
        : services.managementIntake.within(request, answer));
    } catch (error) {
      if (error instanceof ClientGoneError) return;
      sendProblem(response, error, requestId, services.log);
    }
    // The table's path, not the request's: that one may hold a token.
    services.log[request.method === "GET" ? "debug" : "info"](
      {
        requestId,
        route: `${route.method} ${route.path}`,
        status: response.statusCode,
        durationMs: Math.round(performance.now() - startedAt),
        // What it was about: ids as they stand in the other lines (`dlv_…`), never a token.
        id: shownId(request.params["id"]),
        trace: traceIdOf(traceparentOf(request)),
        ...(accountId !== undefined && accountId !== "" && { account: formatId("acc", accountId) }),
      },
      "request answered",
    );
  };
}

/** A handler that forgets to name its account sees no other all the same. */
function behindWall(services: Services, accountId: string): Services {
  return { ...services, db: services.wall.of(accountId) };
}

async function readRequest(
  route: Route,
  request: Request,
  requestId: string,
  services: Services,
  countFor: (accountId: string) => void,
): Promise<ApiRequest<unknown, unknown, unknown>> {
  const open = { keyId: "", scopes: [], accountId: "" };
  const caller = route.scope === "none" ? open : await authenticate(request, services.keys);
  if (route.scope !== "none") requireScope(caller, route.scope);
  const accountId = route.scope === "none" ? "" : await chooseAccount(request, caller, services);
  countFor(accountId);

  const params = route.params === undefined ? undefined : check(route.params, request.params);
  // An id that is none cannot be anything's: the same answer as for an unknown one.
  if (params?.ok === false) throw notFound("There is nothing with this id");

  const errors: FieldProblem[] = [];
  const query = check(route.query ?? noQuery, request.query);
  if (!query.ok) errors.push(...query.errors);
  errors.push(...findUnstorable(request.query));
  const raw = await readRawBody(route, request);
  const body = route.body === undefined ? undefined : checkBody(route.body, raw);
  if (body?.ok === false) errors.push(...body.errors);
  const idempotency = readIdempotency(route, request, raw, errors);
  if (errors.length > 0) throw invalidRequest(errors);

  return {
    requestId,
    route: `${route.method} ${route.path}`,
    params: params?.ok === true ? params.value : undefined,
    query: query.ok ? query.value : undefined,
    body: body?.ok === true ? body.value : undefined,
    caller,
    accountId,
    ifMatch: request.headers["if-match"],
    headers: request.headers,
    remoteAddress: request.socket.remoteAddress,
    idempotency,
  };
}

async function readRawBody(route: Route, request: IncomingMessage): Promise<Buffer> {
  if (route.method === "GET") return Buffer.alloc(0);
  const read = await readBody(request);
  if (!read.ok) throw tooLarge(MAX_BODY_BYTES);
  const mediaType = mediaTypeOf(request);
  if (read.body.length > 0 && mediaType !== undefined && !isJsonType(mediaType)) {
    throw unsupportedMediaType(mediaType, ["application/json"]);
  }
  return read.body;
}

function checkBody(schema: NonNullable<Route["body"]>, raw: Buffer) {
  if (raw.length === 0) return check(schema, undefined);
  const parsed = readJson(raw);
  if (!parsed.ok) throw malformedBody([parsed.issue]);
  const unstorable = findUnstorable(parsed.value);
  const checked = check(schema, parsed.value);
  if (unstorable.length === 0) return checked;
  return { ok: false as const, errors: [...unstorable, ...(checked.ok ? [] : checked.errors)] };
}

function readIdempotency(
  route: Route,
  request: Request,
  raw: Buffer,
  errors: FieldProblem[],
): Idempotency | undefined {
  const key = request.headers["idempotency-key"];
  if (route.creates !== true || typeof key !== "string") return undefined;
  const problem = idempotencyKeyProblem(key);
  if (problem !== undefined) errors.push(problem);
  // The address belongs to the request: the same key for two resends of two deliveries is a mistake.
  return { keyHash: hashForIdempotency(key), bodyHash: hashForIdempotency(request.path, raw) };
}

/** Each one takes memory and a share of the database for minutes, so there are few of them. */
async function sendLong(
  request: Request,
  response: ServerResponse,
  route: Route,
  { headers, body }: Answer,
  { requestId, accountId }: Pick<ApiRequest<unknown, unknown, unknown>, "requestId" | "accountId">,
  { longAnswers }: Services,
): Promise<void> {
  const { status, contentType = "application/octet-stream" } = route.answer;
  const all = { "content-type": contentType, ...headers, "x-request-id": requestId };
  await longAnswers.within(request, (countFor) => {
    countFor(accountId);
    return sendStream(response, status, body as AsyncIterable<string>, all);
  });
}

function sendAnswer(response: ServerResponse, route: Route, answer: Answer, requestId: string): void {
  const status = answer.status ?? route.answer.status;
  const headers = { ...answer.headers, "x-request-id": requestId };
  if (answer.body === undefined) sendBody(response, status, "", headers);
  else if (Buffer.isBuffer(answer.body)) sendBody(response, status, answer.body, headers);
  else sendJson(response, status, answer.body, headers);
}
