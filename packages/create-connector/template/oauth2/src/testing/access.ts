/** Who may come in at the played vendor: whoever somebody let in, with a token that is renewed as often as they like. */
import type { PlayedConnection } from "@stellwerk/connector-kit/conformance";
import type { VendorReply, VendorRequest } from "@stellwerk/connector-kit/testing";

export function makeConnection(random: string): PlayedConnection {
  return {
    settings: { clientId: "app" },
    secrets: { clientSecret: `secret-${random}` },
    token: { accessToken: `access-${random}`, refreshToken: `refresh-${random}` },
  };
}

export function isAuthorised({ headers }: VendorRequest, { token }: PlayedConnection): boolean {
  return headers["authorization"] === `Bearer ${token?.accessToken}`;
}

export function tokenReply(
  { path, body }: VendorRequest,
  { token }: PlayedConnection,
): VendorReply | undefined {
  if (path !== "/oauth/token") return undefined;
  const form = new URLSearchParams(body.toString());
  if (form.get("refresh_token") !== token?.refreshToken)
    return { status: 400, body: { error: "invalid_grant" } };
  return { status: 200, body: { access_token: token?.accessToken } };
}
