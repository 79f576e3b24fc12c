/** The root's postinstall: pnpm runs it when, and only when, everything before it succeeded. */
import { markInstalled } from "./install-state.mjs";
import { root } from "./workspace.mjs";

markInstalled(root);
