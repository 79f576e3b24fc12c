/** The problems of the API, and which of them a route can answer with. */
import type { ProblemCode } from "../errors.ts";
import type { AnyRoute } from "../http/register-routes.ts";

export type HeaderName = "ETag" | "Retry-After" | "WWW-Authenticate" | "Allow" | "Accept" | "X-Request-Id";

interface ProblemFacts {
  readonly status: number;
  /** When it comes, as one sentence. */
  readonly description: string;
  /** Headers that come with it. */
  readonly headers?: readonly HeaderName[];
}

/** A new code needs its line here, and then every route that can give it is asked for it by its tests. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemFacts>> = {
  "invalid-request": {
    status: 400,
    description: "Something in the request is not valid; `errors` names all of it.",
  },
  "malformed-body": { status: 400, description: "The body is not what its content type says." },
  "broken-request": { status: 400, description: "This is not a valid HTTP request." },
  unauthenticated: {
    status: 401,
    description: "There is no API key, or it is unknown or revoked.",
    headers: ["WWW-Authenticate"],
  },
  forbidden: { status: 403, description: "The API key lacks the scope, or names another account." },
  "not-found": { status: 404, description: "There is nothing with this id in this account." },
  "method-not-allowed": {
    status: 405,
    description: "The address exists, the method does not.",
    headers: ["Allow"],
  },
  conflict: { status: 409, description: "The state of things does not allow it; `detail` says why." },
  "idempotency-conflict": {
    status: 409,
    description: "This idempotency key was used with another body within the last 24 hours.",
  },
  "version-mismatch": {
    status: 412,
    description: "It was changed after the version in `If-Match` was read.",
  },
  "too-large": { status: 413, description: "The body has more than 1 MiB." },
  "unsupported-media-type": {
    status: 415,
    description: "The content type is not accepted here.",
    headers: ["Accept"],
  },
  "rate-limited": {
    status: 429,
    description:
      "This key or hook URL, or unknown ones from this address, come too often; `errors` names the limit.",
    headers: ["Retry-After"],
  },
  internal: { status: 500, description: "Our mistake; the log has the reason under the request id." },
  unavailable: {
    status: 503,
    description: "The database, the bus or the process has no room for the request now; send the same again.",
    headers: ["Retry-After"],
  },
};

/** What the server says before a request reaches a route: it did not arrive in time, or its headers are too large. */
export const BROKEN_REQUEST_STATUSES = [408, 431];

/** Everything that a route can answer with besides its own answers: what it declares, and what follows from that. */
export function problemsOf(route: AnyRoute): ProblemCode[] {
  const isIngress = "receive" in route;
  const readsBody = route.method !== "GET";
  const codes = new Set<ProblemCode>([
    "invalid-request",
    ...(route.body === undefined ? [] : (["malformed-body"] as const)),
    "broken-request",
    // An admin key may name an account that does not exist.
    ...(route.scope === "none" ? [] : (["unauthenticated", "forbidden", "not-found"] as const)),
    ...(route.params === undefined ? [] : (["not-found"] as const)),
    ...(route.creates === true ? (["idempotency-conflict"] as const) : []),
    ...(route.ifMatch === true ? (["version-mismatch"] as const) : []),
    ...(readsBody ? (["too-large", "unsupported-media-type"] as const) : []),
    ...route.problems,
    ...(route.scope === "none" && !isIngress ? [] : (["rate-limited"] as const)),
    "internal",
    ...(route.isAlwaysAnswered === true ? [] : (["unavailable"] as const)),
  ]);
  return [...codes];
}
