import { conformance } from "@stellwerk/connector-kit/conformance";
import { connector } from "./connector.ts";
import { connection, fake } from "./testing/play.ts";

conformance(connector, {
  folder: new URL("..", import.meta.url),
  module: new URL("./index.ts", import.meta.url),
  connection,
  fake,
  rejection: { reply: { status: 422, body: { message: "The text is too rude" } }, says: "too rude" },
  unknownCode: { status: 200, body: { error: "moon_phase" } },
  without: {
    // begin: without access
    secrets: "it is open to everybody",
    test: "there is nothing that could be set up wrongly",
    // end: without access
    options: "its fields are free text",
    output: "nobody goes on with what it makes",
    presets: "none yet",
  },
});
