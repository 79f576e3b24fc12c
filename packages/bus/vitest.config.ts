import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["@stellwerk/store/testing/global-setup", "@stellwerk/kafka-broker/global-setup"],
    // They wait more than they work.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 90_000,
  },
});
