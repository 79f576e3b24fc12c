/** What happened to a delivery, in a sentence, and what to do about it. */
import type { DeliveryRow } from "@stellwerk/store";

type Told = Pick<DeliveryRow, "state" | "reason" | "detail" | "attempts" | "nextAttemptAt" | "possiblySent">;

export function describeDelivery({ state, detail, attempts, nextAttemptAt, possiblySent }: Told): string {
  const why = detail === null ? "" : `: ${detail.replace(/\.$/, "")}`;
  const twice = possiblySent ? " It may have arrived more than once, under the same webhook-id." : "";
  switch (state) {
    case "queued":
      return attempts === 0
        ? `Waiting for its first attempt.${twice}`
        : `Waiting for attempt ${attempts + 1}, due ${nextAttemptAt?.toISOString() ?? "later"}${why}.${twice}`;
    case "sending":
      return `Attempt ${attempts + 1} is on its way.${twice}`;
    case "held":
      return `Held${why}.${twice}`;
    case "delivered":
      return `Delivered with attempt ${attempts}${why}.${twice}`;
    case "skipped":
      return `Skipped${why}.${twice}`;
    case "dead":
      return `Given up after ${attempts === 1 ? "one attempt" : `${attempts} attempts`}${why}.${twice}`;
    case "expired":
      return `Not delivered in time, and its event is about to be deleted${why}.${twice}`;
  }
}

export function describeFix({ state }: Told): string | null {
  switch (state) {
    case "queued":
    case "sending":
    case "delivered":
    case "skipped":
      return null;
    case "held":
      return "Mend what the reason names; the delivery goes on by itself then.";
    case "dead":
    case "expired":
      return "When the target is fine again, send it again with POST /v1/deliveries/{id}/resend.";
  }
}
