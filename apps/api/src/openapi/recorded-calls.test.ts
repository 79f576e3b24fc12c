import { expect, test } from "vitest";
import { openTestApi } from "../testing/open-test-api.ts";
import { recordCalls } from "../testing/recorded-calls/calls.ts";

test("the description's examples are calls as they are answered, one of every route at least", async () => {
  await using api = await openTestApi();
  const recorder = await recordCalls(api);
  expect(recorder.missing()).toEqual([]);
  await expect(`${JSON.stringify(recorder.calls(), undefined, 1)}\n`).toMatchFileSnapshot(
    "generated/examples.json",
  );
});
