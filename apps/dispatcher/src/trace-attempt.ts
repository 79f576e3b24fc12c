/**
 * The span of one attempt. All attempts of a delivery hang beside each other below the span that routed its event,
 * also those of another day and another process: they are told apart and found by `stellwerk.delivery.id`.
 */
import type { AttemptResult, ProbeResult } from "@stellwerk/connector-kit";
import { formatId } from "@stellwerk/delivery";
import type { ClaimedDelivery } from "@stellwerk/store";
import type { Tracing } from "@stellwerk/telemetry";

export interface TracedAttempt {
  /** For the request that leaves. */
  readonly traceparent: string | undefined;
  end(result: AttemptResult): void;
  /** It only looked whether an attempt before it had arrived. */
  endLook(result: ProbeResult): void;
}

export function traceAttempt(
  tracing: Tracing | undefined,
  delivery: ClaimedDelivery,
  action: string,
): TracedAttempt {
  const came = delivery.event.traceparent ?? undefined;
  if (tracing === undefined) return { traceparent: came, end() {}, endLook() {} };
  const span = tracing.start(`attempt ${action}`, {
    kind: "client",
    parent: came,
    attributes: {
      "stellwerk.delivery.id": formatId("dlv", delivery.deliveryId),
      "stellwerk.event.id": formatId("evt", delivery.event.id),
      "stellwerk.subscription.id": formatId("sub", delivery.subscriptionId),
      "stellwerk.attempt": delivery.attempts + 1,
    },
  });
  return {
    traceparent: span.traceparent,
    endLook({ probed, unasked, ...result }) {
      span.set({ "stellwerk.outcome": "probed", "stellwerk.probed": probed.kind, ...ofHttp(result) });
      span.end(unasked?.reason);
    },
    end({ outcome, ...result }) {
      span.set({ "stellwerk.outcome": outcome.kind, ...ofHttp(result) });
      span.end(outcome.kind === "delivered" || outcome.kind === "skipped" ? undefined : outcome.reason);
    },
  };
}

function ofHttp({ request, reply }: Pick<AttemptResult, "request" | "reply">) {
  return {
    // The host and nothing more: paths and queries of hook URLs are secrets.
    ...(request !== undefined && {
      "http.request.method": request.method,
      "server.address": hostOf(request.url),
    }),
    ...(reply !== undefined && { "http.response.status_code": reply.status }),
  };
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}
