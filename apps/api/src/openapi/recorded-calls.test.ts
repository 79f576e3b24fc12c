import { expect, test } from "vitest";
import { writeHttpDocument } from "./testing/http-document/examples.ts";
import { openTestApi } from "./testing/open-test-api.ts";

test("docs/http-api.md shows every call as it is answered", async () => {
  await using api = await openTestApi();
  const document = await writeHttpDocument(api);
  expect(document.missing()).toEqual([]);
  await expect(document.text()).toMatchFileSnapshot("../../../docs/http-api.md");
});
