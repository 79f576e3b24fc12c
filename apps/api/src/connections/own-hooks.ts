/**
 * A webhook to a hook URL of this installation comes back as a new event, which is delivered to it again, for ever.
 * Refused when it is saved; a loop over somebody else's server is not seen here.
 */
import type { Problem, TargetCheck } from "@stellwerk/connector-kit";

const HOOKS = "/hooks/";

/** Beside what `check` refuses. */
export function refuseOwnHooks(check: TargetCheck, publicUrl: () => string): TargetCheck {
  return {
    async problemsOf(connector, settings) {
      const parsed = connector.connection.settings.safeParse(settings);
      const targets = parsed.success ? Object.entries(connector.connection.targets?.(parsed.data) ?? {}) : [];
      const own = targets.filter(([, url]) => isOwnHook(url, publicUrl()));
      if (own.length > 0) return own.map(([field]) => loopProblem(field));
      return check.problemsOf(connector, settings);
    },
  };
}

function isOwnHook(text: string, publicUrl: string): boolean {
  const url = URL.parse(text);
  const own = URL.parse(publicUrl);
  if (url === null || own === null) return false;
  return url.host === own.host && url.pathname.includes(HOOKS);
}

function loopProblem(field: string): Problem {
  return {
    path: `settings.${field}`,
    message:
      "is a hook URL of this installation: what it is sent would come back and be sent again, for ever",
    expected: "an address that is not a hook URL of ours",
    received: "a hook URL of ours",
    fix: "To bring several sources together, let one subscription match the events of all of them.",
  };
}
