import { defineConfig } from "vitest/config";

// Not the template's own tests: they are run in what is made of it.
export default defineConfig({ test: { include: ["src/**/*.test.ts"] } });
