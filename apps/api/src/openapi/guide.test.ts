import { expect, test } from "vitest";
import { routes } from "../routes.ts";
import { writeGuide } from "../testing/write-guide.ts";

test("docs/http-api.md shows every call as the description has it", async () => {
  await expect(writeGuide(routes)).toMatchFileSnapshot("../../../../docs/http-api.md");
});
