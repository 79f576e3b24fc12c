/** From a plan's URL to what is requested. Which addresses and ports may be reached is the guard's to say. */

export type RequestTarget =
  | {
      readonly ok: true;
      readonly origin: string;
      readonly path: string;
      /** As it is shown, with a port that is not the usual one. */
      readonly host: string;
      /** Without the port. */
      readonly hostname: string;
      readonly port: number;
    }
  | { readonly ok: false; readonly detail: string };

export function readTarget(url: string): RequestTarget {
  const parsed = URL.parse(url);
  if (parsed === null) return { ok: false, detail: "The address of the request is not a URL." };
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") {
    return {
      ok: false,
      detail: `Only http and https can be requested, not ${parsed.protocol.slice(0, -1)}.`,
    };
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return { ok: false, detail: "The address of the request must not contain a user name or password." };
  }
  return {
    ok: true,
    origin: parsed.origin,
    path: parsed.pathname + parsed.search,
    host: parsed.host,
    hostname: parsed.hostname,
    port: parsed.port === "" ? (parsed.protocol === "https:" ? 443 : 80) : Number(parsed.port),
  };
}
