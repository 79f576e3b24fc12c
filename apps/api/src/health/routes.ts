/** For whoever watches the process: is it alive, and can it work? */
import { z } from "zod";
import { defineRoute } from "../http/route.ts";

/** Longer than a healthy answer takes, shorter than a probe waits. */
const CHECK_TIMEOUT_MS = 2_000;

/** How old an answer may be. */
const KEPT_MS = 100;

const check = z.enum(["ok", "failed"]);

const readiness = z.strictObject({
  status: z.enum(["ready", "not-ready", "stopping"]),
  checks: z.strictObject({ database: check, bus: check }),
});

async function works(ask: () => Promise<unknown>): Promise<z.output<typeof check>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"failed">((resolve) => {
    timer = setTimeout(() => resolve("failed"), CHECK_TIMEOUT_MS);
  });
  const asked = ask().then(
    () => "ok" as const,
    () => "failed" as const,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

const asking = new WeakMap<object, Promise<z.output<typeof check>>>();

/** Whoever asks at about the same time shares the answer: anybody may ask, and a flood must not reach the database. */
function askOnce(whom: object, ask: () => Promise<unknown>): Promise<z.output<typeof check>> {
  const asked = asking.get(whom);
  if (asked !== undefined) return asked;
  const answer = works(ask).finally(() => setTimeout(() => asking.delete(whom), KEPT_MS).unref());
  asking.set(whom, answer);
  return answer;
}

export const healthRoutes = [
  defineRoute({
    method: "GET",
    path: "/livez",
    operation: "getLiveness",
    summary: "Answers while the process runs.",
    description: "For a supervisor that starts the process anew when it hangs. Looks at nothing else.",
    scope: "none",
    isAlwaysAnswered: true,
    problems: [],
    answer: { status: 200, description: "It runs.", schema: z.strictObject({ status: z.literal("ok") }) },
    handle: () => Promise.resolve({ body: { status: "ok" } }),
  }),
  defineRoute({
    method: "GET",
    path: "/readyz",
    operation: "getReadiness",
    summary: "Whether events can be accepted now; 503 when not.",
    description:
      "For a load balancer. Asks the database and the bus, and says so when the process is about to stop.",
    scope: "none",
    isAlwaysAnswered: true,
    problems: [],
    answer: {
      status: 200,
      description: "Events are accepted.",
      schema: readiness,
    },
    otherAnswers: [{ status: 503, description: "Events are not accepted now.", schema: readiness }],
    async handle(_request, { db, bus, isStopping }) {
      const [database, busCheck] = await Promise.all([
        askOnce(db, () => db.query("SELECT 1")),
        askOnce(bus, () => bus.ping()),
      ]);
      const ready = database === "ok" && busCheck === "ok";
      const status = isStopping() ? "stopping" : ready ? "ready" : "not-ready";
      return {
        status: status === "ready" ? 200 : 503,
        body: { status, checks: { database, bus: busCheck } },
      };
    },
  }),
];
