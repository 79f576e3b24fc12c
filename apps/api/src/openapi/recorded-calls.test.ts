import { expect, test } from "vitest";
import { openAuthorizationServer } from "@stellwerk/connector-kit/testing";
import { boards } from "../testing/boards.ts";
import { openTestApi } from "../testing/open-test-api.ts";
import { recordCalls } from "../testing/recorded-calls/calls.ts";

test("the description's examples are calls as they are answered, one of every route at least", async () => {
  await using vendor = await openAuthorizationServer();
  await using api = await openTestApi({ connectors: [boards] });
  const recorder = await recordCalls(api, vendor);
  expect(recorder.missing()).toEqual([]);
  await expect(`${JSON.stringify(recorder.calls(), undefined, 1)}\n`).toMatchFileSnapshot(
    "generated/examples.json",
  );
});
