/** Who may come in at the played vendor: the app. */
import type { PlayedConnection } from "@stellwerk/connector-kit/conformance";
import type { VendorReply, VendorRequest } from "@stellwerk/connector-kit/testing";

export function makeConnection(random: string): PlayedConnection {
  return { settings: { clientId: "app" }, secrets: { clientSecret: `secret-${random}` } };
}

export function isAuthorised({ headers }: VendorRequest, connected: PlayedConnection): boolean {
  return headers["authorization"] === `Bearer ${tokenOf(connected)}`;
}

export function tokenReply(
  { path, body }: VendorRequest,
  connected: PlayedConnection,
): VendorReply | undefined {
  if (path !== "/oauth/token") return undefined;
  const form = new URLSearchParams(body.toString());
  const isKnown = form.get("client_secret") === connected.secrets["clientSecret"];
  if (!isKnown) return { status: 401, body: { error: "invalid_client" } };
  return { status: 200, body: { access_token: tokenOf(connected), expires_in: 3_600 } };
}

function tokenOf({ secrets }: PlayedConnection): string {
  return `access-${String(secrets["clientSecret"]).slice(-12)}`;
}
