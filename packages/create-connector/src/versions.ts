/** What a package that stands alone asks for: held to this workspace's own versions by a test. */
import type { Versions } from "./package-files.ts";

export const VERSIONS: Versions = {
  kit: "^1.0.0",
  zod: "^4.6.7",
  typescript: "7.0.2",
  vitest: "5.1.1",
  nodeTypes: "24.19.2",
};
