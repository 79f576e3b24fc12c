import { conformance } from "./index.ts";
import { boardsOptions } from "./testing/boards-options.ts";
import { boards } from "./testing/boards.ts";

// A connector that does it all right passes every line; wrong-connectors.test.ts has the others.
conformance(boards, boardsOptions);
