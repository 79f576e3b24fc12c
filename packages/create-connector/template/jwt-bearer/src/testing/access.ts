/** Who may come in at the played vendor: whoever signs with the app's key. */
import { generateKeyPairSync, verify } from "node:crypto";
import type { PlayedConnection } from "@stellwerk/connector-kit/conformance";
import type { VendorReply, VendorRequest } from "@stellwerk/connector-kit/testing";

/** Making one takes longer than everything else here. */
const keys = generateKeyPairSync("rsa", {
  modulusLength: 2_048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

export function makeConnection(random: string): PlayedConnection {
  return {
    settings: { clientId: "app", user: `${random}@example.com` },
    secrets: { privateKey: keys.privateKey },
  };
}

export function isAuthorised({ headers }: VendorRequest, connected: PlayedConnection): boolean {
  return headers["authorization"] === `Bearer ${tokenOf(connected)}`;
}

export function tokenReply(
  { path, body }: VendorRequest,
  connected: PlayedConnection,
): VendorReply | undefined {
  if (path !== "/oauth/token") return undefined;
  const jwt = new URLSearchParams(body.toString()).get("assertion") ?? "";
  const [header, claims = "", signature = ""] = jwt.split(".");
  const signed = Buffer.from(`${header}.${claims}`);
  const isSigned = verify("sha256", signed, keys.publicKey, Buffer.from(signature, "base64url"));
  const isTheirs = Buffer.from(claims, "base64url").includes(String(connected.settings["user"]));
  if (!isSigned || !isTheirs) return { status: 400, body: { error: "invalid_grant" } };
  return { status: 200, body: { access_token: tokenOf(connected) } };
}

function tokenOf({ settings }: PlayedConnection): string {
  return `access-${String(settings["user"]).split("@")[0]}`;
}
