/**
 * The one place where a connection is opened.
 *
 * Here issue 5 puts its guard: names resolved by c-ares with a deadline and a cache, every resolved
 * address checked before connecting and `remoteAddress` after. Nothing else in the client opens sockets.
 */
import { buildConnector } from "undici";

export interface DialOptions {
  readonly connectTimeoutMs: number;
  /** Certificates to trust beside the usual ones, for a receiver with a private authority. */
  readonly ca?: string | readonly string[] | undefined;
}

export function createDial(options: DialOptions): buildConnector.connector {
  const { connectTimeoutMs, ca } = options;
  return buildConnector({
    timeout: connectTimeoutMs,
    minVersion: "TLSv1.2",
    // One request per connection at a time: with multiplexing a reset would put many deliveries in doubt at once.
    allowH2: false,
    ...(ca === undefined ? {} : { ca: typeof ca === "string" ? ca : [...ca] }),
  });
}
