import { conformance } from "./index.ts";
import { boardsOptions } from "./testing/boards-options.ts";
import { boards, boardsByOAuth } from "./testing/boards.ts";

// What is right passes every line; wrong-connectors.test.ts has the rest.
conformance(boards, boardsOptions);

conformance(boardsByOAuth, {
  ...boardsOptions,
  folder: new URL("../../fixtures/boards-oauth/", import.meta.url),
});
