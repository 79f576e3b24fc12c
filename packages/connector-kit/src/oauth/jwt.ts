/** A JWT that says who we are (RFC 7523), signed with RS256. */
import { createPrivateKey, randomUUID, sign } from "node:crypto";
import type { JwtAssertion } from "./auth-kind.ts";

/** Salesforce refuses what ends later than in three minutes; so does good sense. */
const LIFETIME_SECONDS = 120;

/** Undefined: the private key is none, which is the settings' fault and no exception. */
export function signAssertion(assertion: JwtAssertion, now: Date): string | undefined {
  const { issuer, subject, audience, keyId } = assertion;
  const issuedAt = Math.floor(now.getTime() / 1_000);
  const header = { alg: "RS256", typ: "JWT", ...(keyId === undefined ? {} : { kid: keyId }) };
  const claims = {
    iss: issuer,
    sub: subject,
    aud: audience,
    iat: issuedAt,
    exp: issuedAt + LIFETIME_SECONDS,
    jti: randomUUID(),
  };
  const signed = `${encode(header)}.${encode(claims)}`;
  try {
    const key = createPrivateKey(assertion.privateKey);
    if (key.asymmetricKeyType !== "rsa") return undefined;
    return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
  } catch {
    // Without the cause: OpenSSL's may quote what it could not read.
    return undefined;
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
