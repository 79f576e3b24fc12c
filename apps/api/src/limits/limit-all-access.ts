/** The limits of keys and hook URLs, from the settings. */
import type { KeyAccess } from "@stellwerk/store";
import type { Access, HookAccess } from "../ingress/access.ts";
import { clientOf, type TrustedProxies } from "./client-address.ts";
import { limitAccess, type LimitedAccess } from "./limited-access.ts";
import { type Limits, MISSES } from "./limits.ts";
import { createRateLimit, type Rate } from "./rate-limit.ts";

/** So much of the rate may come at once. */
const BURST_SECONDS = 2;

export function limitAllAccess(
  access: Pick<Access, "keys" | "tokens">,
  limits: Limits,
  proxies: TrustedProxies,
): { readonly keys: LimitedAccess<KeyAccess>; readonly tokens: LimitedAccess<HookAccess> } {
  const shared = {
    idOf: (found: { readonly id: string }) => found.id,
    clientOf: (request: Parameters<typeof clientOf>[0]) => clientOf(request, proxies),
    misses: createRateLimit(MISSES),
  };
  return {
    keys: limitAccess<KeyAccess>({
      ...shared,
      find: (hash, beforeLoad) => access.keys.find(hash, beforeLoad),
      rate: createRateLimit(rateOf(limits.ratePerKey)),
      names: { path: "authorization", thing: "API key", setting: "STELLWERK_RATE_PER_KEY" },
    }),
    tokens: limitAccess<HookAccess>({
      ...shared,
      find: (hash, beforeLoad) => access.tokens.find(hash, beforeLoad),
      rate: createRateLimit(rateOf(limits.ratePerToken)),
      names: { path: "token", thing: "hook URL", setting: "STELLWERK_RATE_PER_TOKEN" },
    }),
  };
}

function rateOf(perSecond: number): Rate {
  return { perSecond, burst: perSecond * BURST_SECONDS };
}
