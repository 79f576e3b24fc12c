/** A connector whose actions may not simply be repeated, one for each way of settling a doubt, against a receiver. */
import {
  defineAction,
  defineConnection,
  defineConnector,
  key,
  never,
  probe,
  type Connector,
  type Probed,
  type Repeat,
} from "@stellwerk/connector-kit";
import { z } from "zod";

/** After a call, the receiver shows what it did to whoever looks. */
export const VISIBLE_AFTER_MS = 1_000;

const text = { title: { en: "T", de: "T" }, summary: { en: "S", de: "S" } };
const connection = defineConnection({ settings: z.object({ url: z.string() }), secrets: z.object({}) });

/** Sends with `POST /` and looks with `GET /seen`, each with the delivery's key. */
function actionWith(repeat: Repeat) {
  return defineAction({
    connection,
    ...text,
    input: z.object({}),
    repeat,
    samples: [],
    plan: (_input, { settings, key: sent }) => ({
      method: "POST",
      url: `${settings.url}/`,
      headers: { "x-key": sent },
      body: "{}",
    }),
    async probe({ request, settings, key: sought }, _input, past): Promise<Probed> {
      const headers = { "x-key": sought, "x-past": JSON.stringify(past) };
      const exchange = await request({ method: "GET", url: `${settings.url}/seen`, headers });
      if (exchange.kind === "failed") return { kind: "unknown", detail: exchange.detail };
      if (exchange.status === 404) return { kind: "absent" };
      if (exchange.status !== 200) return { kind: "unknown", detail: "It does not tell." };
      return { kind: "found", summary: { en: "Seen at the receiver" } };
    },
  });
}

export const doubtfulConnector: Connector = defineConnector({
  id: "doubtful",
  ...text,
  hosts: ["127.0.0.1"],
  connection,
  actions: {
    keyed: actionWith(key("the receiver drops what it has seen")),
    probe_hold: actionWith(probe({ visibleAfterMs: VISIBLE_AFTER_MS, inDoubt: "hold" })),
    probe_resend: actionWith(probe({ visibleAfterMs: VISIBLE_AFTER_MS, inDoubt: "resend" })),
    never_hold: actionWith(never({ inDoubt: "hold" })),
    never_resend: actionWith(never({ inDoubt: "resend" })),
  },
});
