/** `POST /hooks/{token}`: a platform's webhook comes in. The hottest path there is. */
import type { IncomingMessage } from "node:http";
import { formatId, newUuid } from "@stellwerk/delivery";
import { normaliseForm, readEvent, readJson } from "@stellwerk/events";
import { hashForIdempotency, hashSecret } from "@stellwerk/store";
import { traceIdOf } from "@stellwerk/telemetry";
import { z } from "zod";
import {
  type FieldProblem,
  idempotencyConflict,
  invalidRequest,
  malformedBody,
  notFound,
  ProblemError,
  tooLarge,
  unsupportedMediaType,
} from "../errors.ts";
import { sendJson } from "../http/answer.ts";
import { idAnswer } from "../http/ids.ts";
import { idempotencyKeyProblem } from "../http/idempotency-key.ts";
import { isJsonType, MAX_BODY_BYTES, mediaTypeOf, readBody } from "../http/read-body.ts";
import type { IngressRoute } from "../http/route.ts";
import type { Services } from "../services.ts";
import type { HookAccess } from "./access.ts";
import { publishTraced } from "./publish-traced.ts";
import { reservedTypeProblem } from "./reserved-type.ts";
import { traceparentOf } from "./traceparent.ts";

const JSON_ONLY = ["application/json"];
const FORMS = ["application/x-www-form-urlencoded", "multipart/form-data"];
/** Longer than any token we make. */
const MAX_TOKEN_LENGTH = 128;

export const hookRoute: IngressRoute = {
  method: "POST",
  path: "/hooks/{token}",
  operation: "receiveHook",
  summary: "A source's hook URL. Answers when the event is durable.",
  description:
    "The body is kept and forwarded byte for byte; types and fields that are not known are taken as well. What is refused is kept under the source's rejected bodies for a while. A source of the kind `form` takes forms as well as JSON. With an `Idempotency-Key` a repeat gets the first one's id.",
  scope: "none",
  problems: [],
  creates: true,
  params: z.strictObject({ token: z.string().describe("The last part of the source's `hookUrl`.") }),
  body: z.looseObject({ event: z.string() }),
  accepts: FORMS,
  answer: {
    status: 202,
    description: "The event is durable.",
    schema: z.strictObject({ id: idAnswer("evt") }),
  },
  receive: (request, response, { requestId, params }, services) =>
    services.intake.within(request, async (countFor) => {
      const token = params["token"] ?? "";
      const hook =
        token.length > MAX_TOKEN_LENGTH ? undefined : await services.tokens.find(hashSecret(token), request);
      if (hook === undefined)
        throw notFound("There is no source with this hook URL; it may have been rotated", {
          path: "token",
          expected: "the token of a source's hook URL",
          fix: "Copy the hook URL from the source: GET /v1/sources.",
        });
      countFor(hook.accountId);

      const read = await readBody(request);
      const refuse = (reason: string, problem: ProblemError, body: Buffer, sizeBytes: number) => {
        const { detail } = problem.problem;
        const contentType = request.headers["content-type"];
        services.rejected.keep({ origin: hook.origin, contentType, reason, detail, sizeBytes, body });
        const ids = { account: hook.origin.account, source: formatId("src", hook.id), requestId };
        services.metrics.refused(reason);
        services.log.info({ ...ids, reason, detail }, "a body was refused at a hook URL");
        return problem;
      };
      if (!read.ok) throw refuse("too_large", tooLarge(MAX_BODY_BYTES), read.start, read.sizeBytes);
      const understood = understand(hook, request, read.body);
      if (!understood.ok) {
        throw refuse(understood.reason, understood.problem, read.body, read.body.length);
      }

      const id = await claimId(request, hook, read.body, services).catch((error: unknown) => {
        if (!(error instanceof ProblemError)) throw error;
        throw refuse("idempotency_key", error, read.body, read.body.length);
      });
      const came = traceparentOf(request);
      await publishTraced(services, came, [
        {
          id,
          origin: hook.origin,
          type: understood.type,
          subject: understood.subject,
          time: new Date(),
          contentType: request.headers["content-type"] ?? "application/json",
          value: read.body,
        },
      ]);
      services.metrics.accepted.hook.add();
      const event = formatId("evt", id);
      services.log.debug(
        { requestId, account: hook.origin.account, event, type: understood.type, trace: traceIdOf(came) },
        "event accepted",
      );
      sendJson(response, 202, { id: event }, { "x-request-id": requestId });
    }),
};

/** A key makes a repeat harmless, and is the one reason why a hook asks the database anything. */
async function claimId(
  request: IncomingMessage,
  hook: HookAccess,
  body: Buffer,
  services: Services,
): Promise<string> {
  const id = newUuid();
  const key = request.headers["idempotency-key"];
  if (typeof key !== "string") return id;
  const problem = idempotencyKeyProblem(key);
  if (problem !== undefined) throw invalidRequest([problem]);
  const [result] = await services.claims.claim([
    {
      accountId: hook.accountId,
      route: "POST /hooks/{token}",
      // The source's own: two platforms may count their requests alike.
      keyHash: hashForIdempotency(hook.id, key),
      bodyHash: hashForIdempotency(body),
      resourceId: id,
    },
  ]);
  if (result === undefined || result.kind === "conflict") throw idempotencyConflict("idempotency-key");
  return result.resourceId;
}

type Understood =
  | { readonly ok: true; readonly type: string; readonly subject: string | undefined }
  | { readonly ok: false; readonly reason: string; readonly problem: ProblemError };

/** What an event of this body is; anything that is an object and names its type is taken. */
function understand(hook: HookAccess, request: IncomingMessage, body: Buffer): Understood {
  const isForm = hook.kind === "form";
  const mediaType = mediaTypeOf(request) ?? "application/json";
  const accepted = isForm ? [...JSON_ONLY, ...FORMS] : JSON_ONLY;
  if (!isJsonType(mediaType) && !accepted.includes(mediaType)) {
    return { ok: false, reason: "media_type", problem: unsupportedMediaType(mediaType, accepted) };
  }
  if (isForm) {
    const form = normaliseForm(body, request.headers["content-type"] ?? "application/json");
    if (!form.ok) return { ok: false, reason: "malformed", problem: malformedBody(form.issues.map(withFix)) };
    return summarise(form.data);
  }
  const parsed = readJson(body);
  if (!parsed.ok) return { ok: false, reason: "malformed", problem: malformedBody([withFix(parsed.issue)]) };
  return summarise(parsed.value);
}

function summarise(data: unknown): Understood {
  const { type, subject, issues } = readEvent(data);
  if (issues.length > 0) return { ok: false, reason: "not_an_event", problem: invalidRequest(issues) };
  const reserved = reservedTypeProblem(type, "event");
  if (reserved !== undefined) {
    return { ok: false, reason: "reserved_type", problem: invalidRequest([reserved]) };
  }
  return { ok: true, type, subject };
}

function withFix(issue: FieldProblem): FieldProblem {
  return {
    ...issue,
    fix: "Send valid JSON in UTF-8. What came is kept with this source, under its rejected bodies.",
  };
}
