/** From a plan's URL to what is requested. Which addresses and ports may be reached is the guard's to say. */

export type RequestTarget =
  | { readonly ok: true; readonly origin: string; readonly path: string; readonly host: string }
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
  return { ok: true, origin: parsed.origin, path: parsed.pathname + parsed.search, host: parsed.host };
}

/** For the guard, who is asked once per origin and not once per request. */
export function readOrigin(origin: string): { readonly hostname: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(origin);
  if (port !== "") return { hostname, port: Number(port) };
  return { hostname, port: protocol === "https:" ? 443 : 80 };
}
