/**
 * A connector for what webhooks cannot show: actions that may not simply be repeated. Loaded into the processes with
 * `STELLWERK_CONNECTORS`, as anybody's would be.
 */
import {
  defineAction,
  defineConnection,
  defineConnector,
  field,
  never,
  probe,
  type Probed,
  type Repeat,
} from "@stellwerk/connector-kit";
import { z } from "zod";

/** At the receiver an effect can be seen at once. */
const VISIBLE_AFTER_MS = 500;

const text = { title: { en: "Drill", de: "Übung" }, summary: { en: "For tests.", de: "Für Tests." } };
const connection = defineConnection({
  settings: z.strictObject({ url: z.url().meta(field({ title: text.title, help: text.summary })) }),
  secrets: z.strictObject({}),
});

function actionWith(repeat: Repeat) {
  return defineAction({
    connection,
    ...text,
    input: z.strictObject({}),
    repeat,
    samples: [{ name: "One", input: {} }],
    plan: (_input, { settings, key }) => ({
      method: "POST",
      url: `${settings.url}drill`,
      headers: { "content-type": "application/json", "webhook-id": key },
      body: "{}",
    }),
    async probe({ request, settings, key }): Promise<Probed> {
      const exchange = await request({ method: "GET", url: `${settings.url}done/${key}`, headers: {} });
      if (exchange.kind === "failed") return { kind: "unknown", detail: exchange.detail };
      if (exchange.status === 404) return { kind: "absent" };
      if (exchange.status !== 200) return { kind: "unknown", detail: "The receiver does not tell." };
      return { kind: "found", summary: { en: "Seen at the receiver" } };
    },
  });
}

// eslint-disable-next-line import/no-default-export -- what `STELLWERK_CONNECTORS` loads
export default defineConnector({
  id: "drill",
  kit: "^1",
  ...text,
  hosts: "any",
  connection,
  actions: {
    look_first: actionWith(probe({ visibleAfterMs: VISIBLE_AFTER_MS, inDoubt: "hold" })),
    never_again: actionWith(never({ inDoubt: "hold" })),
  },
});
