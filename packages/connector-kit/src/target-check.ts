/**
 * Checks the addresses that a connection's settings name, when they are saved: what would be refused at every
 * send is told to the person who enters it. What is sent is checked again, at every dial.
 */
import type { Connector } from "./connector.ts";
import { createAddressGuard } from "./guard/address-guard.ts";
import { NameCache } from "./guard/name-cache.ts";
import { explainRefusal } from "./guard/refusal.ts";
import type { Refusal } from "./guard/refusal.ts";
import { openNetwork } from "./network.ts";
import type { Network } from "./network.ts";
import type { Problem } from "./problem.ts";
import { readOrigin, readTarget } from "./request-target.ts";

/** Somebody waits for the answer; a name that takes longer is checked when it is sent to. */
const NAME_DEADLINE_MS = 1_000;

export interface TargetCheckOptions {
  /** As for the HTTP client. */
  readonly allowAddresses?: readonly string[] | undefined;
  readonly network?: Network | undefined;
}

export interface TargetCheck {
  /** None while the settings do not fit the connector: that is `parseConnection`'s to tell. */
  problemsOf(connector: Connector, settings: unknown): Promise<readonly Problem[]>;
}

/**
 * @example
 * const targets = createTargetCheck({ allowAddresses });
 * const problems = await targets.problemsOf(connector, { url: "http://localhost:3000" });
 */
export function createTargetCheck(options: TargetCheckOptions = {}): TargetCheck {
  const guard = createAddressGuard(options);
  const { resolver } = options.network ?? openNetwork();
  const names = new NameCache({ resolver, deadlineMs: NAME_DEADLINE_MS });

  async function refuse(url: string): Promise<Refusal | undefined> {
    const target = readTarget(url);
    // What no URL is belongs to the field's own schema.
    if (!target.ok) return undefined;
    const { hostname, port } = readOrigin(target.origin);
    const verdict = guard.judgeHost(hostname, port);
    if (verdict.kind === "refused") return verdict.refusal;
    if (verdict.kind === "addresses") return undefined;
    const resolution = await names.resolve(hostname);
    // A name that does not exist yet may exist when the first event comes.
    return resolution.ok ? guard.refuseResolved(hostname, resolution.addresses, port) : undefined;
  }

  return {
    async problemsOf(connector, settings) {
      const parsed = connector.connection.settings.safeParse(settings);
      if (!parsed.success) return [];
      const targets = Object.entries(connector.connection.targets?.(parsed.data) ?? {});
      const problems = await Promise.all(
        targets.map(async ([field, url]) => {
          const refusal = await refuse(url);
          return refusal === undefined ? [] : [{ path: `settings.${field}`, ...explainRefusal(refusal) }];
        }),
      );
      return problems.flat();
    },
  };
}
