/** Holding back everything that goes over a connection, and letting it go on. */
import { findConnection, holdConnection, type Queryable, resumeConnection } from "@stellwerk/store";
import { z } from "zod";
import { changeConfiguration } from "../changes.ts";
import { notFound } from "../errors.ts";
import { idParameter } from "../http/ids.ts";
import { languageOf } from "../http/language.ts";
import { type ApiRequest, defineRoute } from "../http/route.ts";
import { etagOf } from "../http/version.ts";
import type { Services } from "../services.ts";
import { pauseRequest } from "../pauses/pause.ts";
import { connection, showConnection } from "./connection.ts";

const params = z.strictObject({ id: idParameter("con") });

type ConnectionRequest = Pick<
  ApiRequest<z.output<typeof params>, unknown, unknown>,
  "accountId" | "headers" | "params"
>;

async function change(
  { accountId, headers, params: { id } }: ConnectionRequest,
  services: Services,
  apply: (tx: Queryable) => Promise<void>,
) {
  const row = await changeConfiguration(services, accountId, async (tx) => {
    await apply(tx);
    return findConnection(tx, accountId, id);
  });
  if (row === undefined) throw notFound("There is no connection with this id");
  return { body: showConnection(row, services, languageOf(headers)), headers: { etag: etagOf(row.version) } };
}

export const connectionPauseRoutes = [
  defineRoute({
    method: "POST",
    path: "/v1/connections/{id}/pause",
    operation: "pauseConnection",
    summary: "Holds everything back that goes over this connection.",
    description:
      "For all its subscriptions at once, while the target is being worked on. Events go on matching, and what they make waits. `version` and `ETag` stay as they are.",
    scope: "manage",
    problems: [],
    params,
    body: pauseRequest,
    answer: { status: 200, description: "The connection as it is now.", etag: true, schema: connection },
    handle: (request, services) =>
      change(request, services, (tx) =>
        holdConnection(tx, request.accountId, request.params.id, request.body.reason ?? null),
      ),
  }),
  defineRoute({
    method: "POST",
    path: "/v1/connections/{id}/resume",
    operation: "resumeConnection",
    summary: "Lets everything go on that waits for this connection.",
    description:
      "All that waits is sent, in order. Subscriptions that are paused themselves stay so. To leave something out, or to send slowly, pause and resume a subscription instead. One that is not paused stays as it is.",
    scope: "manage",
    problems: [],
    params,
    answer: { status: 200, description: "The connection as it is now.", etag: true, schema: connection },
    handle: (request, services) =>
      change(request, services, (tx) =>
        resumeConnection(tx, request.accountId, request.params.id, { onlyStopped: false }),
      ),
  }),
];
