import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "@stellwerk/e2e/kafka-here.ts",
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // Each starts a dozen processes; side by side they only wait for each other.
    maxWorkers: 1,
  },
});
