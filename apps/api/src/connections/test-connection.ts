/** Whether a connection works: the connector's own checks, each with its way out. */
import { performTest, type TestResult } from "@stellwerk/connector-kit";
import { resumeConnection, resumeMendedSubscriptions } from "@stellwerk/store";
import { z } from "zod";
import { changeConfiguration } from "../changes.ts";
import { idParameter } from "../http/ids.ts";
import { type Language, languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
import type { Services } from "../services.ts";
import { checkConnectionDraft, connectionDraft, requireChecked } from "./connection.ts";
import { requireConnection } from "./require-connection.ts";
import { askVendor, callParts, draftCallParts } from "./vendor-calls.ts";

const result = z
  .strictObject({
    ok: z.boolean().describe("Every check is ok."),
    isTested: z.boolean().describe("False: this connector has nothing to look at, so nothing is known."),
    account: z.string().nullable().describe("Whose it is at the vendor, as its owner knows it."),
    checks: z.array(
      z.strictObject({
        id: z.string().describe("Stable: `token`, `scopes`."),
        ok: z.boolean(),
        message: z.string(),
        fix: z.string().nullable(),
        url: z.string().nullable().describe("Where to mend it."),
      }),
    ),
    durationMs: z.int(),
    resumed: z.boolean().describe("It had been stopped, passes now, and its deliveries go on."),
  })
  .meta({ id: "ConnectionTest" });

function show(test: TestResult, language: Language, resumed: boolean): z.output<typeof result> {
  return {
    ok: test.ok,
    isTested: test.tested,
    account: test.account ?? null,
    checks: test.checks.map(({ id, ok, message, fix, url }) => ({
      id,
      ok,
      message: message[language] ?? message.en,
      fix: fix === undefined ? null : (fix[language] ?? fix.en),
      url: url ?? null,
    })),
    durationMs: test.durationMs,
    resumed,
  };
}

/** What Stellwerk stopped because it was refused goes on; what a person paused stays. */
async function resumeIfStopped(services: Services, accountId: string, id: string): Promise<void> {
  await changeConfiguration(services, accountId, async (tx) => {
    await resumeConnection(tx, accountId, id, { onlyStopped: true });
    await resumeMendedSubscriptions(tx, accountId, { connectionId: id });
  });
}

export const testConnectionRoutes = [
  defineRoute({
    method: "POST",
    path: "/v1/connections/test",
    operation: "testConnectionDraft",
    summary: "Looks whether a connection would work, before it is saved.",
    description:
      "Nothing is kept and nothing at the vendor is changed. For one that needs a person's consent (OAuth) save it, then connect it.",
    scope: "manage",
    problems: [],
    body: connectionDraft,
    answer: { status: 200, description: "What was looked at.", schema: result },
    async handle({ body, accountId, headers }, services) {
      const { connector, ...draft } = requireChecked(await checkConnectionDraft(body, services, ""));
      const parts = draftCallParts(connector, draft, services);
      const test = await askVendor(services, { accountId, headers }, () => performTest(parts));
      return { body: show(test, languageOf(headers), false) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/connections/{id}/test",
    operation: "testConnection",
    summary: "Looks whether a connection works: separate checks, each with what to do.",
    description:
      "Nothing at the vendor is changed. When every check is ok, a connection that Stellwerk stopped goes on, and so does what waits for it; what a person paused stays paused.",
    scope: "manage",
    problems: ["conflict"],
    params: z.strictObject({ id: idParameter("con") }),
    answer: { status: 200, description: "What was looked at.", schema: result },
    async handle({ params: { id }, accountId, headers }, services) {
      const row = await requireConnection(services.db, accountId, id);
      const parts = callParts(row, accountId, services);
      const test = await askVendor(services, { accountId, headers }, () => performTest(parts));
      const resumes = test.ok && test.tested && row.pausedReason !== null && row.pausedReason !== "paused";
      if (resumes) await resumeIfStopped(services, accountId, id);
      return { body: show(test, languageOf(headers), resumes) };
    },
  }),
];
