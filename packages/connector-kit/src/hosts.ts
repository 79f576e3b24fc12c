/** Which hosts a connector's requests may reach. */
import type { Hosts } from "./connector.ts";

/**
 * @example
 * reachesHost(["slack.com", "*.salesforce.com"], {}, "https://acme.my.salesforce.com/x") // true
 */
export function reachesHost(hosts: Hosts<unknown>, settings: unknown, url: string): boolean {
  if (hosts === "any") return true;
  const host = URL.parse(url)?.hostname;
  if (host === undefined) return false;
  const allowed = typeof hosts === "function" ? hosts(settings) : hosts;
  return allowed.some((pattern) =>
    pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern,
  );
}
