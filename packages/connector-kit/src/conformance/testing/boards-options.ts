/** How the suite's own connector is put to it. */
import type { ConformanceOptions } from "../options.ts";
import { playBoards } from "./play-boards.ts";

export const boardsOptions: ConformanceOptions = {
  folder: new URL("../../../fixtures/boards/", import.meta.url),
  module: new URL("boards.ts", import.meta.url),
  connection: (_url, index) => ({
    settings: { team: `agency-${index}-of-harry` },
    secrets: { token: `brd-${index}-8f14e45fceea167a5a36dedd4bea2543` },
  }),
  fake: playBoards,
  rejection: { reply: { status: 400, body: { error: "board_is_archived" } }, says: "board_is_archived" },
  unknownCode: { status: 200, body: { ok: false, error: "flux_overflow" } },
  tryRule: () => [],
};
