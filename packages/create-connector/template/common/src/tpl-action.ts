/** `tpl_action`: one request for each event. */
import { defineAction, field, key } from "@stellwerk/connector-kit";
import { z } from "zod";
import { classify } from "./classify.ts";
import { API, connection } from "./connection.ts";

export const tplAction = defineAction({
  connection,
  title: { en: "TplActionTitle", de: "TplActionTitle" },
  summary: { en: "Sends a text to TplTitle.", de: "Sendet einen Text an TplTitle." },
  input: z.strictObject({
    text: z
      .string()
      .min(1)
      .max(10_000)
      .meta(
        field({
          title: { en: "Text", de: "Text" },
          help: { en: "What is sent.", de: "Was gesendet wird." },
        }),
      ),
  }),
  // How it is safe to send twice: natural(…), key(…), probe(…) or never(…).
  repeat: key("the vendor drops an Idempotency-Key that it has seen"),
  plan: ({ text }, { key: id }) => ({
    method: "POST",
    url: `${API}/items`,
    headers: { "content-type": "application/json", "idempotency-key": id },
    body: JSON.stringify({ text }),
  }),
  classify,
  samples: [{ name: "A launch", input: { text: "Harry's Diner is live" } }],
});
