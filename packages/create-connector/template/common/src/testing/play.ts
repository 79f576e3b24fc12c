/** A connection, and TplTitle played: for the conformance suite and for trying an action. */
import { randomBytes } from "node:crypto";
import type { PlayedConnection, PlayedVendor } from "@stellwerk/connector-kit/conformance";
import { isAuthorised, makeConnection, tokenReply } from "./access.ts";

export function connection(_url: string, _index: number): PlayedConnection {
  return makeConnection(randomBytes(24).toString("base64url"));
}

/** It drops a key that it has seen, as TplTitle's documentation says. */
export function fake(connected: PlayedConnection): PlayedVendor {
  const items = new Map<string, unknown>();
  // begin: with access
  const broken = { token: false };
  // end: with access
  return {
    effects: () => [...items.values()],
    mutates: ({ method, path }) => method === "POST" && path !== "/oauth/token",
    apply(request) {
      const token = tokenReply(request, connected);
      if (token !== undefined) return token;
      // begin: with access
      if (broken.token) return { status: 401, body: { message: "Unknown" } };
      // end: with access
      if (!isAuthorised(request, connected)) return { status: 401, body: { message: "Unknown" } };
      if (request.path.endsWith("/me")) return { status: 200, body: { name: "Harry's Agency" } };
      const key = String(request.headers["idempotency-key"]);
      items.set(key, request.json());
      return { status: 201, body: { id: `item-${[...items.keys()].indexOf(key) + 1}` } };
    },
    // begin: with access
    troubles: {
      refused: () => {
        broken.token = true;
      },
    },
    // end: with access
  };
}
