/** The two kinds of signature, and which of them a secret makes. */
import { makeSigningKey, privateKeyOf, SIGNING_KEY_SHAPE } from "./signing-key.ts";
import { makeSigningSecret, secretKeyOf, SIGNING_SECRET_SHAPE } from "./signing-secret.ts";

export type SignatureKind = "v1" | "v1a";

/** `settings.signature`. */
export const SIGNATURE_CHOICES = ["v1", "v1a", "both"] as const;
export type SignatureChoice = (typeof SIGNATURE_CHOICES)[number];

export function kindsOf(choice: SignatureChoice): readonly SignatureKind[] {
  return choice === "both" ? ["v1", "v1a"] : [choice];
}

export const secretKinds = {
  v1: { field: "signingSecret", shape: SIGNING_SECRET_SHAPE, make: makeSigningSecret, read: secretKeyOf },
  v1a: { field: "signingKey", shape: SIGNING_KEY_SHAPE, make: makeSigningKey, read: privateKeyOf },
} as const;

/** By its prefix; undefined when it is none of ours. */
export function kindOfSecret(secret: string): SignatureKind | undefined {
  if (secret.startsWith("whsec_")) return "v1";
  return secret.startsWith("whsk_") ? "v1a" : undefined;
}
