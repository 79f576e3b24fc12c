/**
 * What an answer of a generic webhook means. Only 2xx and 410 are final: a receiver's bad deploy answers
 * 404 or 403 for ten minutes and must cost nothing, so everything else is tried over the whole schedule.
 * 410 is how a receiver unsubscribes (REST hooks, Standard Webhooks): nothing more is sent to it.
 */
import { askedWait, classifyFailure } from "@stellwerk/connector-kit";
import type { Exchange, Outcome } from "@stellwerk/connector-kit";

export function classifyWebhook(exchange: Exchange, now: Date): Outcome {
  if (exchange.kind === "failed") return classifyFailure(exchange);
  const { status } = exchange;
  if (status >= 200 && status < 300) {
    return {
      kind: "delivered",
      summary: { en: `The endpoint answered ${status}.`, de: `Der Empfänger antwortete mit ${status}.` },
    };
  }
  if (status === 410) {
    const detail = "The endpoint answered 410: it is gone for good and wants no more events.";
    return { kind: "rejected", reason: "gone", detail, stop: "subscription" };
  }
  const redirect = status >= 300 && status < 400;
  return {
    kind: "retry",
    reason: redirect ? "redirect_refused" : "http_status",
    detail: redirect
      ? `The endpoint answered ${status}, a redirect; redirects are never followed. Enter the new address instead.`
      : `The endpoint answered ${status}; a delivery counts only with a status from 200 to 299.`,
    ...askedWait(exchange, now),
  };
}
