import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["@stellwerk/store/testing/global-setup", "@stellwerk/kafka-broker/global-setup"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
