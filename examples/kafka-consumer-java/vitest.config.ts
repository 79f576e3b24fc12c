import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { globalSetup: "@stellwerk/kafka-broker/global-setup", testTimeout: 60_000, hookTimeout: 90_000 },
});
