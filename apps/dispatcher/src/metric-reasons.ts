/** The reasons that have a time series of their own. Connectors may have more; those are counted as `other`. */
import { closedSet } from "@stellwerk/telemetry";

const REASONS = [
  // The HTTP client's.
  "aborted",
  "address_refused",
  "bad_reply",
  "closed",
  "dns",
  "invalid_request",
  "network",
  "refused",
  "reset",
  "timeout",
  "tls",
  "unreachable",
  // What targets answer.
  "gone",
  "http_status",
  "rate_limited",
  "redirect_refused",
  "unauthorized",
  // Ours, about a delivery and its target.
  "connection_missing",
  "connector_error",
  "event_gone",
  "exhausted",
  "in_doubt",
  "internal_error",
  "misconfigured",
  "paused",
  "secrets_unreadable",
  "subscription_deleted",
  "superseded",
  "too_old",
  "unknown_action",
] as const;

export const knownReason = closedSet(REASONS);
