/** Tests of a connection that do not help whoever reads them. */
import type { ConnectionTest } from "../../index.ts";
import { bodyOf, boardsConnection, makeBoards } from "../testing/boards.ts";
import type { BoardsConnection } from "../testing/boards.ts";
import type { Wrong } from "./wrong.ts";

type Test = NonNullable<BoardsConnection["test"]>;

const right: Test = (context) =>
  boardsConnection.test?.(context) ?? Promise.reject(new Error("the right connection has a test"));
const testing = (test: Test) => makeBoards({ connection: { test } });
const GOOD = "test() of a good connection is ok and names the account";
const TROUBLES = "test() tells one trouble from another, each with a fix";

export const wrongTests: readonly Wrong[] = [
  {
    mistake: "it does not say whose account it is",
    connector: testing(async (context) => ({ checks: (await right(context)).checks })),
    caughtBy: GOOD,
    says: /whose account/,
  },
  {
    mistake: "it looks at nothing",
    connector: testing(() => Promise.resolve({ account: "Harry's", checks: [] })),
    caughtBy: GOOD,
    says: /has looked at nothing/,
  },
  {
    mistake: "it does not see a missing scope",
    connector: testing(async (context) => {
      const { account, checks } = await right(context);
      return { account, checks: checks.filter(({ id }) => id !== "scopes") };
    }),
    caughtBy: TROUBLES,
    says: /missingScope: test\(\) says that all is well/,
  },
  {
    mistake: "a bad token and a missing scope look the same",
    connector: testing(async (context): Promise<ConnectionTest> => {
      const { account, checks } = await right(context);
      const [first] = checks.toSorted((a, b) => Number(a.ok) - Number(b.ok));
      return { account, checks: first === undefined ? [] : [{ ...first, id: "connection" }] };
    }),
    caughtBy: TROUBLES,
    says: /look the same/,
  },
  {
    mistake: "it says what is wrong and not what to do",
    connector: testing(async (context) => {
      const { account, checks } = await right(context);
      return { account, checks: checks.map(({ id, ok, message }) => ({ id, ok, message })) };
    }),
    caughtBy: TROUBLES,
    says: /does not say what to do/,
  },
  {
    mistake: "HTML is an exception",
    connector: testing(async (context) => {
      const exchange = await context.request({
        method: "GET",
        url: "https://api.boards.example/v1/me",
        headers: {},
      });
      if (exchange.kind === "failed") return right(context);
      const body = bodyOf(exchange);
      if (exchange.status === 200 && body === undefined) throw new SyntaxError("Unexpected token <");
      return right(context);
    }),
    caughtBy: "test() survives what a vendor can do",
    says: /After HTML test\(\) threw/,
  },
];
