/** Who may come in at the played vendor: whoever has the key. */
import type { PlayedConnection } from "@stellwerk/connector-kit/conformance";
import type { VendorReply, VendorRequest } from "@stellwerk/connector-kit/testing";

export function makeConnection(random: string): PlayedConnection {
  return { settings: {}, secrets: { apiKey: random } };
}

export function isAuthorised({ headers }: VendorRequest, { secrets }: PlayedConnection): boolean {
  return headers["authorization"] === `Bearer ${String(secrets["apiKey"])}`;
}

export function tokenReply(_request: VendorRequest, _connected: PlayedConnection): VendorReply | undefined {
  return undefined;
}
