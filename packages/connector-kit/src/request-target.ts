/**
 * From a plan's URL to what may be requested. The other half of issue 5's guard comes here:
 * literal addresses and ports are refused before anything is dialled.
 */

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
