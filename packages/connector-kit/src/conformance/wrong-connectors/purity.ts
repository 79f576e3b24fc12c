/** Plans that are not pure, secrets that get out, requests that go astray. */
import { authoriseByKey } from "../../auth.ts";
import type { Authorisation } from "../../index.ts";
import { addCard, makeBoards } from "../testing/boards.ts";
import { DONE, delivering, planOf, read, wrongCard } from "./wrong.ts";
import type { Wrong } from "./wrong.ts";

const PLAN = "plan is deterministic and does nothing, with a snapshot for each sample";
const SECRETS = "secrets appear nowhere";
const HOSTS = "no request goes to a host outside `hosts`";

const right = addCard.plan ?? (() => ({ method: "POST" as const, url: "", headers: {} }));

/** The first connection's credentials, for everybody. */
let remembered: Authorisation | undefined;
const byToken = authoriseByKey({ secret: "token" });

export const wrongPurity: readonly Wrong[] = [
  {
    mistake: "the plan has the time in it",
    connector: wrongCard({
      plan: (input, env) => ({ ...right(input, env), body: JSON.stringify({ at: Date.now() }) }),
    }),
    caughtBy: PLAN,
    says: /the same input gave two plans/,
  },
  {
    mistake: "the plan has a number by chance in it",
    connector: wrongCard({
      plan: (input, env) => ({ ...right(input, env), body: JSON.stringify({ at: Math.random() }) }),
    }),
    caughtBy: PLAN,
    says: /the same input gave two plans/,
  },
  {
    mistake: "the plan asks a server",
    connector: wrongCard({
      plan: (input, env) => {
        void fetch("http://127.0.0.1:40404/").catch(() => undefined);
        return right(input, env);
      },
    }),
    caughtBy: PLAN,
    says: /plan opened a connection to/,
  },
  {
    mistake: "the plan changes the event for whoever comes next",
    connector: wrongCard({
      plan: (input, env) => {
        Object.assign(env.event.data as object, { seen: true });
        return right(input, env);
      },
    }),
    caughtBy: PLAN,
    says: /not extensible|read only/,
  },
  {
    mistake: "a detail quotes a part of the token",
    connector: delivering(async (context, input) => {
      const outcome = read(await context.request(planOf(context, input)), context);
      const detail = `Boards refused the token ${context.secrets.token.slice(0, 24)}….`;
      return outcome.kind === "delivered" ? outcome : { ...outcome, detail };
    }),
    caughtBy: SECRETS,
    says: /After 200 a part of secrets\.token is told/,
  },
  {
    mistake: "the token is logged",
    connector: delivering(async (context, input) => {
      // oxlint-disable-next-line no-console -- this is the mistake
      console.log("sending with", context.secrets.token);
      return read(await context.request(planOf(context, input)), context);
    }),
    caughtBy: SECRETS,
    says: /secrets\.token is told/,
  },
  {
    mistake: "the token is in the address",
    connector: delivering(async (context, input) => {
      const plan = planOf(context, input);
      return read(
        await context.request({ ...plan, url: `${plan.url}?token=${context.secrets.token}` }),
        context,
      );
    }),
    caughtBy: SECRETS,
    says: /secrets\.token is in an address/,
  },
  {
    mistake: "it asks a host that it does not name",
    connector: delivering(async (context, input) =>
      read(await context.request({ ...planOf(context, input), url: "https://tracker.example/" }), context),
    ),
    caughtBy: HOSTS,
    says: /Outside `hosts`: add_card/,
  },
  {
    mistake: "it goes round the kit's client",
    connector: delivering(async () => {
      await fetch("http://127.0.0.1:40404/").catch(() => undefined);
      return DONE;
    }),
    caughtBy: HOSTS,
    says: /Past the kit's client, to 127\.0\.0\.1:40404/,
  },
  {
    mistake: "it keeps the first connection's credentials for all",
    connector: makeBoards({
      connection: { authorise: (request, env) => (remembered ??= byToken(request, env)) },
    }),
    caughtBy: "two connections in parallel do not mix",
    says: /side by side, one ended with .*unauthorized/,
  },
];
