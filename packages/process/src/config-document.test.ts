import { expect, test } from "vitest";
import { configDocument } from "./config-document.ts";

test("docs/config.md says what the settings say", async () => {
  await expect(configDocument()).toMatchFileSnapshot("../../../docs/config.md");
});
