import { conformance } from "@stellwerk/connector-kit/conformance";
import { inbox } from "./index.ts";

conformance(inbox, {
  folder: new URL("..", import.meta.url),
  connection: () => ({ settings: {}, secrets: {} }),
  fake: () => ({ apply: () => ({ status: 404 }), effects: () => [] }),
  without: {
    requests: "nothing leaves: what an inbox shows is a view of its deliveries",
    secrets: "it needs none",
    options: "its action has no fields",
    output: "nobody goes on with it",
    presets: "a subscription to an inbox needs no more than event types",
    test: "there is nothing that could be set up wrongly",
  },
});
