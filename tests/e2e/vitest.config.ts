import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Whole processes start, die and come back here; each test says what it waits for.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // More at once only makes them wait for each other's processors.
    maxWorkers: 2,
  },
});
