/** What a receiver sees while secrets are rotated, keys are used and a form goes out in an envelope. */
import { createPublicKey, verify } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStandalone, type Standalone } from "./processes/open-standalone.ts";
import { waitFor } from "./wait.ts";

interface Arrived {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

interface Rotated {
  readonly secrets: { readonly signingSecret: string };
  readonly signing: { readonly publicKeysUrl: string };
}

let standalone: Standalone;
const arrived: Arrived[] = [];
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    arrived.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks) });
    response.writeHead(204).end();
  });
});

beforeAll(async () => {
  standalone = await openStandalone();
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await standalone?.[Symbol.asyncDispose]();
});

function accepts(secret: string, { headers, body }: Arrived): boolean {
  try {
    new Webhook(secret).verify(body.toString(), headers);
    return true;
  } catch {
    return false;
  }
}

test("a rotated secret signs beside the old one from the next event on, and alone when the overlap is ended", async () => {
  const { api } = standalone;
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const source = await api.post<{ hookUrl: string }>("/v1/sources", { name: "Our form", kind: "form" });
  const made = await api.post<{ connectionId: string; connection: Rotated }>("/v1/subscriptions", {
    name: "Forms",
    eventTypes: ["form_submitted"],
    action: "webhook.send",
    input: { payload: "envelope" },
    connection: {
      connector: "webhook",
      settings: { url, signature: "both" },
      secrets: { bearerToken: "canary-token" },
    },
  });
  const submit = async (): Promise<Arrived> => {
    const before = arrived.length;
    const body = new URLSearchParams({ email: "erika@example.org", name: "Erika Größe" });
    expect((await fetch(source.hookUrl, { method: "POST", body })).status).toBe(202);
    await waitFor(() => arrived.length > before, { withinMs: 15_000, what: "a webhook" });
    return arrived[before]!;
  };

  const first = await submit();
  expect(first.headers).toMatchObject({
    "content-type": "application/json",
    authorization: "Bearer canary-token",
    "webhook-signature": expect.stringMatching(/^v1,\S+ v1a,\S+$/),
  });
  expect(JSON.parse(first.body.toString())).toMatchObject({
    id: first.headers["ce-id"],
    type: "form_submitted",
    data: { event: "form_submitted", fields: { email: "erika@example.org", name: "Erika Größe" } },
  });

  const path = `/v1/connections/${made.connectionId}`;
  const rotated = await api.post<Rotated>(`${path}/rotate-secret`, { overlap: "1h" });
  const [before, after] = [made.connection, rotated].map(({ secrets }) => secrets.signingSecret);
  const second = await submit();
  expect([accepts(before!, first), accepts(after!, first)]).toEqual([true, false]);
  expect([accepts(before!, second), accepts(after!, second)]).toEqual([true, true]);

  await api.post(`${path}/rotate-secret`, { signature: "v1a", overlap: "1h" });
  const third = await submit();
  expect(third.headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+ v1a,\S+ v1a,\S+$/);
  const { keys } = (await (await fetch(rotated.signing.publicKeysUrl)).json()) as {
    keys: { kty: string; crv: string; x: string }[];
  };
  expect(keys).toHaveLength(2);
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": all = "" } = third.headers;
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), third.body]);
  const signatures = all.split(" ").filter((each) => each.startsWith("v1a,"));
  for (const key of keys.map((each) => createPublicKey({ key: each, format: "jwk" }))) {
    const fits = signatures.map((each) => verify(null, signed, key, Buffer.from(each.slice(4), "base64")));
    expect(fits.filter(Boolean)).toHaveLength(1);
  }

  await api.post(`${path}/end-overlap`, undefined);
  const fourth = await submit();
  expect(fourth.headers["webhook-signature"]).toMatch(/^v1,\S+ v1a,\S+$/);
  expect([accepts(before!, fourth), accepts(after!, fourth)]).toEqual([false, true]);

  // It arrives before it is recorded.
  const shown = await waitFor(
    async () => {
      const { items } = await api.get<{ items: { id: string; state: string }[] }>("/v1/deliveries?limit=1");
      return (
        items[0]?.state === "delivered" && JSON.stringify(await api.get(`/v1/deliveries/${items[0].id}`))
      );
    },
    { withinMs: 15_000, what: "the last delivery to be recorded" },
  );
  expect(shown).toContain("Bearer ••••");
  expect(shown).not.toContain("canary-token");
});

test("an endpoint that answers 410 gets nothing more", async () => {
  const { api } = standalone;
  let requests = 0;
  const gone = createServer((_request, response) => {
    requests += 1;
    response.writeHead(410).end();
  }).listen(0, "127.0.0.1");
  await once(gone, "listening");
  try {
    const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}/`;
    const source = await api.post<{ hookUrl: string }>("/v1/sources", { name: "A site", kind: "sitejet" });
    const subscription = await api.post<{ id: string }>("/v1/subscriptions", {
      name: "To a closed door",
      eventTypes: ["website_created"],
      action: "webhook.send",
      connection: { connector: "webhook", settings: { url } },
    });
    const send = async () => {
      const body = JSON.stringify({ event: "website_created", website: { id: 7, title: "x" } });
      const headers = { "content-type": "application/json" };
      expect((await fetch(source.hookUrl, { method: "POST", headers, body })).status).toBe(202);
    };
    await send();
    const isStopped = async () => {
      const { paused } = await api.get<{ paused: object | null }>(`/v1/subscriptions/${subscription.id}`);
      return paused ?? false;
    };
    const paused = await waitFor(isStopped, { withinMs: 15_000, what: "the subscription to be stopped" });
    expect(paused).toMatchObject({ reason: "gone" });
    await send();
    await waitFor(async () => (await api.deliveriesOf(subscription.id)).length === 2, {
      withinMs: 15_000,
      what: "the second delivery",
    });
    expect(requests).toBe(1);
  } finally {
    gone.closeAllConnections();
    gone.close();
  }
});
