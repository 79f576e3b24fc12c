import { defineConfig } from "vitest/config";

export default defineConfig({
  // Compiling and bundling take their time on a busy machine.
  test: { testTimeout: 30_000, hookTimeout: 60_000 },
});
