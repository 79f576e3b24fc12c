import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "@stellwerk/store/testing/global-setup",
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // No test changes anything global, so a worker loads the modules once: 5 s less.
    isolate: false,
  },
});
