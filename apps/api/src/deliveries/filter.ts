/** What chooses deliveries, in the list, the export and a resend of many. */
import type { DeliveryFilter } from "@stellwerk/store";
import { z } from "zod";
import { invalidRequest } from "../errors.ts";
import { moment } from "../http/fields.ts";
import { idParameter } from "../http/ids.ts";
import { deliveryState } from "./delivery.ts";

/** What ended and did not arrive. */
export const undeliveredState = z.enum(["dead", "expired", "skipped"]);

export const deliveryFilter = {
  state: deliveryState.optional().describe("Only in this state."),
  subscription: idParameter("sub").optional().describe("Only of this subscription, sub_…."),
  event: idParameter("evt").optional().describe("Only of this event, evt_…."),
  subject: z.string().max(256).optional().describe("Only of this subject: `website/321654`."),
  type: z
    .string()
    .max(128)
    .optional()
    .describe(
      "Only of events of this type. Needs `event`, or one of the states `dead`, `expired` and `skipped`.",
    ),
  reason: z
    .string()
    .max(100)
    .optional()
    .describe(
      "Only with this reason, a code. Needs `event`, or one of the states `dead`, `expired` and `skipped`.",
    ),
  since: moment.optional().describe("Only made at this time or later."),
  until: moment.optional().describe("Only made until this time."),
};

type AskedFilter = z.output<z.ZodObject<typeof deliveryFilter>>;

/** Types and reasons are looked for among what ended: among all that was delivered a rare one would take for ever. */
export function toDeliveryFilter({ subscription, event, ...filter }: AskedFilter): DeliveryFilter {
  const isNarrow = event !== undefined || undeliveredState.safeParse(filter.state).success;
  const wide = (["type", "reason"] as const).filter((name) => filter[name] !== undefined);
  if (wide.length > 0 && !isNarrow) {
    throw invalidRequest(
      wide.map((path) => ({
        path,
        message: "needs `event`, or a `state` of what ended without being delivered",
        expected: "`state` dead, expired or skipped beside it",
        received: filter.state === undefined ? "no state" : `the state ${filter.state}`,
        fix: "Add `state=dead`, or look for the events with GET /v1/events?type=….",
      })),
    );
  }
  return { ...filter, subscriptionId: subscription, eventId: event };
}
