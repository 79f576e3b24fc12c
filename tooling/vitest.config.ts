import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { exclude: ["**/node_modules/**", "boundaries/fixtures/**"], testTimeout: 20_000 },
});
