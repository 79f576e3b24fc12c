/** From an error of the network to a reason code and a sentence. */
import { errors } from "undici";
import { AddressRefusedError, NameUnresolvedError } from "./errors.ts";
import type { FailureReason } from "./exchange.ts";

const BY_CODE: Readonly<Record<string, FailureReason>> = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EHOSTDOWN: "unreachable",
  ENETDOWN: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  ECONNRESET: "reset",
  EPIPE: "reset",
  UND_ERR_SOCKET: "reset",
  EPROTO: "tls",
  UND_ERR_HEADERS_OVERFLOW: "bad_reply",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "reset",
  UND_ERR_INVALID_ARG: "invalid_request",
  UND_ERR_NOT_SUPPORTED: "invalid_request",
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: "invalid_request",
  UND_ERR_CLOSED: "closed",
  UND_ERR_DESTROYED: "closed",
};

/** Codes of OpenSSL's verification and of Node's TLS layer. */
const TLS_CODE =
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/;

export function failureReasonOf(error: unknown): FailureReason {
  if (error instanceof AddressRefusedError) return "address_refused";
  if (error instanceof NameUnresolvedError) return "dns";
  const code = codeOf(error);
  const known = BY_CODE[code];
  if (known !== undefined) return known;
  if (TLS_CODE.test(code)) return "tls";
  if (error instanceof errors.HTTPParserError) return "bad_reply";
  return "network";
}

/** The sentence names the host and the code, never the path or the message: those may carry a secret. */
export function describeFailure(reason: FailureReason, host: string, error?: unknown): string {
  if (error instanceof AddressRefusedError) return error.message;
  const code = error instanceof NameUnresolvedError ? error.dnsCode : codeOf(error);
  const sentence = SENTENCES[reason].replace("{host}", host);
  return code === "" ? sentence : `${sentence.slice(0, -1)} (${code}).`;
}

const SENTENCES: Readonly<Record<FailureReason, string>> = {
  address_refused: "{host} is not an address that is sent to.",
  dns: "The name {host} could not be resolved.",
  refused: "{host} refused the connection.",
  unreachable: "{host} cannot be reached.",
  tls: "No secure connection to {host} could be made.",
  timeout: "{host} did not answer in time.",
  reset: "{host} closed the connection without a complete answer.",
  aborted: "The attempt was stopped on our side.",
  bad_reply: "{host} answered something that is not valid HTTP or has too large headers.",
  invalid_request:
    "The request cannot be sent: its address or a header, perhaps a pasted key, has a sign that may not stand there.",
  closed: "The HTTP client is shutting down.",
  network: "The connection to {host} failed.",
};

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}
