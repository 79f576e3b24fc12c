import { expect, test } from "vitest";
import { envExample } from "./env-example.ts";

test(".env.example offers every setting", async () => {
  await expect(envExample()).toMatchFileSnapshot("../../../.env.example");
});
