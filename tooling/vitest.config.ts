import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { globalSetup: "@stellwerk/store/testing/global-setup", testTimeout: 20_000 },
});
