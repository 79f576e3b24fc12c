import { defineConfig } from "vitest/config";

export default defineConfig({
  // Go compiles first, and the machine may be busy.
  test: { testTimeout: 30_000, hookTimeout: 120_000 },
});
