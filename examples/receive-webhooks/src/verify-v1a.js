// Checks v1a signatures: this side holds a public key only, so nothing here can leak.
import { createPublicKey, verify } from "node:crypto";

const TOLERANCE_SECONDS = 5 * 60;

/** `keys` is the answer of the connection's publicKeysUrl: while keys are rotated it holds several. */
export function isFromStellwerk({ keys }, headers, body) {
  const id = headers["webhook-id"];
  const timestamp = headers["webhook-timestamp"];
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS)) return false;

  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const signatures = (headers["webhook-signature"] ?? "")
    .split(" ")
    .filter((each) => each.startsWith("v1a,"))
    .map((each) => Buffer.from(each.slice("v1a,".length), "base64"));
  return keys.some((key) => {
    const publicKey = createPublicKey({ key, format: "jwk" });
    return signatures.some((signature) => verify(null, signed, publicKey, signature));
  });
}
