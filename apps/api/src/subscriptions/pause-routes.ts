/** Holding a subscription's deliveries back, and letting them go on. */
import { holdSubscription, resumeSubscription } from "@stellwerk/store";
import { z } from "zod";
import { changeConfiguration } from "../changes.ts";
import { idParameter } from "../http/ids.ts";
import { languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
import { etagOf } from "../http/version.ts";
import { pauseRequest } from "../pauses/pause.ts";
import { requireSubscription } from "./require-subscription.ts";
import { perSecond, showSubscription, subscription } from "./subscription.ts";

const params = z.strictObject({ id: idParameter("sub") });

export const subscriptionPauseRoutes = [
  defineRoute({
    method: "POST",
    path: "/v1/subscriptions/{id}/pause",
    operation: "pauseSubscription",
    summary: "Holds its deliveries back until it is resumed.",
    description:
      "Events go on matching, and what they make is kept and waits; with `enabled: false` they would match nothing. Nothing is lost by a pause but time: what waits longer than events are kept expires. A pause is not a change of the rule, so `version` and `ETag` stay as they are; one that is paused already takes the new reason.",
    scope: "manage",
    problems: [],
    params,
    body: pauseRequest,
    answer: { status: 200, description: "The subscription as it is now.", etag: true, schema: subscription },
    async handle({ params: { id }, body, accountId, headers }, services) {
      await changeConfiguration(services, accountId, async (tx) => {
        await requireSubscription(tx, accountId, id);
        await holdSubscription(tx, accountId, id, body.reason ?? null);
      });
      const row = await requireSubscription(services.db, accountId, id);
      return { body: showSubscription(row, languageOf(headers)), headers: { etag: etagOf(row.version) } };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/subscriptions/{id}/resume",
    operation: "resumeSubscription",
    summary: "Lets a paused or stopped subscription go on, with all, some or none of what waits.",
    description:
      "`all` sends everything that waits, in order; `latest-per-subject` only the newest of each subject; `none` only what comes from now on. What is not sent is skipped, and stays in the log. `perSecond` is how fast what waited is sent, for a target that would not bear it at once. One that is not paused stays as it is. `version` and `ETag` do not change.",
    scope: "manage",
    problems: [],
    params,
    body: z
      .strictObject({
        catchUp: z
          .enum(["all", "latest-per-subject", "none"])
          .default("all")
          .describe("What becomes of what waits."),
        perSecond: perSecond.optional().describe("How much of it a second; as fast as usual when left out."),
      })
      .default({ catchUp: "all" }),
    answer: { status: 200, description: "The subscription as it is now.", etag: true, schema: subscription },
    async handle({ params: { id }, body, accountId, headers }, services) {
      const { catchUp } = body;
      await changeConfiguration(services, accountId, async (tx) => {
        await requireSubscription(tx, accountId, id);
        await resumeSubscription(tx, accountId, id, { catchUp, perSecond: body.perSecond ?? null });
      });
      const row = await requireSubscription(services.db, accountId, id);
      return { body: showSubscription(row, languageOf(headers)), headers: { etag: etagOf(row.version) } };
    },
  }),
];
