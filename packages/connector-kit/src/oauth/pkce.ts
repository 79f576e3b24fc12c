/** What ties the answer of an authorisation server to the question (RFC 6749 state, RFC 7636 PKCE). */
import { createHash, randomBytes } from "node:crypto";

/** Unguessable, and fit for a query. */
export function makeState(): string {
  return randomBytes(32).toString("base64url");
}

/** 43 characters: the shortest that the RFC allows, of full strength. */
export function makeVerifier(): string {
  return randomBytes(32).toString("base64url");
}

export function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}
