/**
 * Requests made from the description, right and wrong, against the real server: whatever is sent, the answer is
 * one that the description has, and never 500. A longer run, with a seed of one's own:
 * `REQUESTS=20000 SEED=7 npm test api -- property-run`
 */
import { Agent, type IncomingMessage, request as send } from "node:http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { apiDocument, checkAnswer } from "../testing/check-answer.ts";
import { attemptAll, routePublished } from "../testing/dispatch.ts";
import { type Known, type RawRequest, requestsOf } from "../testing/fuzz/arbitrary-requests.ts";
import { ADMIN_KEY, openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeKey, makeSource, makeWebhook, SAMPLE } from "../testing/requests.ts";

const REQUESTS = Number(process.env["REQUESTS"] ?? 2_500);
const SEED = Number(process.env["SEED"] ?? 20_261_123);
/** A request that takes longer than this hangs. */
const ANSWER_TIMEOUT_MS = 10_000;

test(`${REQUESTS} requests made from the description, seed ${SEED}: no 500, no answer outside it`, async () => {
  await using api = await openTestApi({ limits: { ratePerKey: 0, ratePerToken: 0 } });
  const known = await furnish(api);
  const statuses = new Map<number, number>();
  const agent = new Agent({ keepAlive: true });
  const property = fc.asyncProperty(requestsOf(apiDocument(), known), async (request) => {
    const answer = await ask(api.url, request, agent);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (answer.status === 500)
      throw new Error(`500: ${api.logged.findLast((line) => line.includes('"err"'))}`);
    checkAnswer(request.method, request.target, answer);
    learn(known, answer);
    api.logged.splice(0);
    api.records.splice(0);
  });
  await fc.assert(property, { numRuns: REQUESTS, seed: SEED, endOnFailure: REQUESTS > 10_000 });
  agent.destroy();
  process.stdout.write(`seed ${SEED}, answers by status: ${JSON.stringify(Object.fromEntries(statuses))}\n`);
  // Half-way sensible requests are what finds something: a good part of them must get through.
  expect((statuses.get(200) ?? 0) + (statuses.get(201) ?? 0) + (statuses.get(202) ?? 0)).toBeGreaterThan(
    REQUESTS / 8,
  );
  expect((await api.call("GET", "/readyz", { key: null })).body.status).toBe("ready");
}, 600_000);

/** One of everything, so that ids lead somewhere. */
async function furnish(api: TestApi): Promise<Known> {
  const source = await makeSource(api);
  const form = await makeSource(api, "form");
  const webhook = await makeWebhook(api);
  const inbox = await api.call("POST", "/v1/connections", { body: { connector: "inbox" } });
  const headers = { "content-type": "application/json" };
  await api.call("POST", source.hook, { raw: SAMPLE, headers, key: null });
  await api.call("POST", source.hook, { raw: "no JSON", headers, key: null });
  await routePublished(api, [webhook]);
  await attemptAll(api, webhook);
  const [delivery] = (await api.call("GET", "/v1/deliveries")).body.items;
  const key = await api.call("POST", "/v1/keys", { body: { name: "to revoke", scopes: ["read"] } });
  const other = await makeAccount(api);
  return {
    ids: {
      src: [source.id, form.id],
      sub: [webhook.id],
      con: [webhook.connectionId, inbox.body.id],
      evt: [delivery.eventId],
      dlv: [delivery.id],
      key: [key.body.id],
      acc: Object.values(other),
    },
    keys: [
      ADMIN_KEY,
      await makeKey(api, "read"),
      await makeKey(api, "publish"),
      await makeKey(api, "manage"),
    ],
    hookTokens: [source, form].map(({ hook }) => hook.replace("/hooks/", "")),
  };
}

/** What was created is asked for later; of everything the newest few. */
function learn({ ids }: Known, { status, bytes }: RawAnswer): void {
  if (status !== 201) return;
  const { id } = JSON.parse(bytes.toString()) as { id?: string };
  const list = ids[id?.slice(0, 3) ?? ""];
  if (id === undefined || list === undefined) return;
  list.push(id);
  if (list.length > 20) list.shift();
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/** Not `fetch`, which mends addresses and refuses what we want to send. */
function ask(url: string, { method, target, headers, body }: RawRequest, agent: Agent): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    // For a GET or a DELETE with a body Node would leave the length out, and break the connection for the next one.
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const request = send(
      { hostname, port, method, path: target, headers: { ...headers, ...length }, agent },
      (response: IncomingMessage) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: new Headers(
              Object.entries(response.headersDistinct).map(([name, values = []]) => [
                name,
                values.join(", "),
              ]),
            ),
            bytes: Buffer.concat(chunks),
          }),
        );
      },
    );
    request.setTimeout(ANSWER_TIMEOUT_MS, () => request.destroy(new Error("no answer in time")));
    request.on("error", reject);
    request.end(body);
  });
}
