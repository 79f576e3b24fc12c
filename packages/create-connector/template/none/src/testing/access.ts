/** Who may come in at the played vendor: everybody. */
import type { PlayedConnection } from "@stellwerk/connector-kit/conformance";
import type { VendorReply, VendorRequest } from "@stellwerk/connector-kit/testing";

export function makeConnection(_random: string): PlayedConnection {
  return { settings: {}, secrets: {} };
}

export function isAuthorised(_request: VendorRequest, _connected: PlayedConnection): boolean {
  return true;
}

export function tokenReply(_request: VendorRequest, _connected: PlayedConnection): VendorReply | undefined {
  return undefined;
}
