import { randomBytes } from "node:crypto";
import { conformance } from "@stellwerk/connector-kit/conformance";
import { Webhook } from "standardwebhooks";
import { webhook } from "./index.ts";

conformance(webhook, {
  folder: new URL("..", import.meta.url),
  connection: (url) => ({
    settings: { url: `${url}/hooks` },
    secrets: {
      signingSecret: `whsec_${randomBytes(32).toString("base64")}`,
      bearerToken: randomBytes(24).toString("base64url"),
    },
  }),
  // A receiver as the documentation asks for: it checks the signature, and drops an id that it has seen.
  fake({ secrets }) {
    const seen = new Map<string, unknown>();
    const { signingSecret, bearerToken } = secrets as Record<string, string>;
    return {
      effects: () => [...seen.values()],
      apply({ headers, body, json }) {
        const signed = headers as Record<string, string>;
        // The suite's clock stands still, and a signature of an hour ago is refused: the time is checked elsewhere.
        const expected = new Webhook(signingSecret ?? "").sign(
          signed["webhook-id"] ?? "",
          new Date(Number(signed["webhook-timestamp"]) * 1_000),
          body.toString(),
        );
        if (signed["webhook-signature"] !== expected) return { status: 400, body: "not signed by you" };
        if (signed["authorization"] !== `Bearer ${bearerToken}`) return { status: 401 };
        seen.set(signed["webhook-id"] ?? "", json());
        return { status: 200, body: "ok" };
      },
    };
  },
  without: {
    options: "its fields are free text",
    output: "a receiver's answer is its own business",
    presets: "they come with the first receivers that have a name",
    test: "a request to somebody's webhook is an event; `POST /v1/subscriptions/{id}/test` sends one",
    rejection:
      "a receiver's bad deploy answers 404 for ten minutes and must cost nothing: all but 2xx and 410 is tried again",
    unknown_status: "as above",
    unknown_code: "a receiver says what it means by its status",
    any_body: "Standard Webhooks: a 2xx is success, whatever its body",
  },
});
