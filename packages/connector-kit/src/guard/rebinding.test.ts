/** Names that lead inside: at once, at the second look, behind an alias, or only after connecting. */
import { afterEach, describe, expect, test } from "vitest";
import type { HttpClient, HttpClientOptions } from "../index.ts";
import { failureOf, openClient, post, replyOf } from "../testing/client.ts";
import { openNameServer, openOfflineNetwork, openReceiver } from "../testing/index.ts";
import type {
  NameAnswer,
  NameServer,
  OfflineNetworkOptions,
  Receiver,
  WatchedNetwork,
} from "../testing/index.ts";

/** Stands for a server on the internet; the network below leads to a receiver on the loopback instead. */
const PUBLIC = "93.184.215.14";
const IN_TIME = { deadlineMs: 5_000 };

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

interface Scene {
  readonly http: HttpClient;
  readonly network: WatchedNetwork;
  readonly dns: NameServer;
  readonly receiver: Receiver;
}

interface SceneOptions {
  readonly ttlSeconds?: number;
  readonly network?: OfflineNetworkOptions;
  readonly client?: Partial<HttpClientOptions>;
}

async function openScene(
  answer: (name: string) => NameAnswer | undefined,
  options: SceneOptions = {},
): Promise<Scene> {
  // Every request dials anew.
  const receiver = await openReceiver((response) => response.setHeader("connection", "close").end("ok"));
  const place = { address: "127.0.0.1", port: Number(new URL(receiver.url).port) };
  const dns = await openNameServer(answer, { ttlSeconds: options.ttlSeconds ?? 0 });
  const network = openOfflineNetwork({ resolver: dns.resolver, route: () => place, ...options.network });
  const client = openClient({ allowAddresses: [], network, ...options.client });
  opened.push(receiver, dns, client);
  return { http: client.http, network, dns, receiver };
}

/** Answers one after the other; the last one stays. */
function inTurn(...answers: readonly (readonly string[])[]): () => NameAnswer {
  // Each look asks for both families.
  let asked = 0;
  return () => ({ addresses: answers[Math.min(Math.floor(asked++ / 2), answers.length - 1)] ?? [] });
}

describe("a name", () => {
  test("that leads to a public address is sent to, and the address is dialled, not the name again", async () => {
    const { http, network, dns, receiver } = await openScene(() => ({ addresses: [PUBLIC] }));
    expect(replyOf(await http.request(post("http://hooks.example/x"), IN_TIME)).status).toBe(200);
    expect(network.seen).toEqual([`dial ${PUBLIC}:80`]);
    expect(dns.questions.toSorted()).toEqual(["A hooks.example", "AAAA hooks.example"]);
    expect(receiver.requests[0]?.headers.host).toBe("hooks.example");
  });

  test("that is public at the first look and 127.0.0.1 at the second is refused at the second", async () => {
    const { http, network, receiver } = await openScene(inTurn([PUBLIC], ["127.0.0.1"]));
    expect(replyOf(await http.request(post("http://rebind.example/"), IN_TIME)).status).toBe(200);
    const failure = failureOf(await http.request(post("http://rebind.example/"), IN_TIME));
    expect(failure).toMatchObject({
      sent: false,
      reason: "address_refused",
      detail: "rebind.example leads to a loopback address, which is not sent to (rule: loopback).",
    });
    expect(network.seen).toEqual([`dial ${PUBLIC}:80`]);
    expect(receiver.requests).toHaveLength(1);
  });

  test("is not asked for again while its answer is fresh, and what is dialled then is what was checked", async () => {
    const { http, network, dns } = await openScene(inTurn([PUBLIC], ["127.0.0.1"]), { ttlSeconds: 60 });
    for (let i = 0; i < 3; i += 1) replyOf(await http.request(post("http://rebind.example/"), IN_TIME));
    expect(dns.questions).toHaveLength(2);
    expect(network.seen).toEqual([`dial ${PUBLIC}:80`, `dial ${PUBLIC}:80`, `dial ${PUBLIC}:80`]);
  });

  test.each([
    ["one of its IPv4 addresses", [PUBLIC, "10.0.0.7"], "private"],
    [
      "the last of many",
      [...Array.from({ length: 12 }, (_, i) => `93.184.215.${i}`), "169.254.169.254"],
      "metadata",
    ],
    ["its IPv6 address", [PUBLIC, "::1"], "loopback"],
    ["an IPv4-mapped address", [PUBLIC, "::ffff:7f00:1"], "ipv4_mapped"],
    ["an address that NAT64 unpacks", ["64:ff9b::a00:1"], "nat64"],
    ["a 6to4 address", [PUBLIC, "2002:7f00:1::"], "six_to_four"],
  ])("is refused when %s is forbidden", async (_what, addresses, rule) => {
    const { http, network } = await openScene(() => ({ addresses }));
    const failure = failureOf(await http.request(post("http://mixed.example/"), IN_TIME));
    expect(failure).toMatchObject({ sent: false, reason: "address_refused" });
    expect(failure.detail).toContain(`(rule: ${rule})`);
    for (const address of addresses) expect(failure.detail).not.toContain(address);
    expect(network.seen).toEqual([]);
  });

  test("behind an alias is judged by where it ends", async () => {
    const { http } = await openScene((name) =>
      name === "inside.example"
        ? { alias: "db.corp.example", addresses: ["10.1.2.3"] }
        : { addresses: [PUBLIC] },
    );
    const failure = failureOf(await http.request(post("http://inside.example/"), IN_TIME));
    expect(failure).toMatchObject({ sent: false, reason: "address_refused" });
    expect(failure.detail).not.toContain("db.corp.example");
  });

  test("on a forbidden port is refused, unless it leads to where the operator allowed", async () => {
    const answer = (name: string): NameAnswer => ({
      addresses: [name === "db.example" ? "10.1.2.3" : PUBLIC],
    });
    const { http, network } = await openScene(answer, { client: { allowAddresses: ["10.1.0.0/16"] } });
    expect(failureOf(await http.request(post("http://web.example:6379/"), IN_TIME)).detail).toContain(
      "(rule: port)",
    );
    expect(replyOf(await http.request(post("http://db.example:6379/"), IN_TIME)).status).toBe(200);
    expect(network.seen).toEqual(["dial 10.1.2.3:6379"]);
  });
});

test("a connection that ends somewhere else than it was dialled to is cut before a byte is sent", async () => {
  const { http, network, receiver } = await openScene(() => ({ addresses: [PUBLIC] }), {
    network: { tellsRoute: true },
  });
  for (const url of ["http://hooks.example/", `http://${PUBLIC}/`, `https://${PUBLIC}/`]) {
    expect(failureOf(await http.request(post(url), IN_TIME))).toMatchObject({
      sent: false,
      reason: "address_refused",
    });
  }
  expect(network.seen).toHaveLength(3);
  expect(receiver.requests).toEqual([]);
});

describe("one name that hangs", () => {
  test("holds up no other, nor the end of the client, and costs its own requests no more than their deadline", async () => {
    const { http } = await openScene((name) => (name.startsWith("hang") ? "hang" : { addresses: [PUBLIC] }));
    const stuck = Array.from({ length: 40 }, (_, i) =>
      http.request(post(`http://hang${i}.example/`), { deadlineMs: 800 }),
    );
    const fine = http.request(post("http://fine.example/"), IN_TIME);
    expect(replyOf(await Promise.race([fine, ...stuck])).status).toBe(200);
    for (const exchange of await Promise.all(stuck)) {
      expect(failureOf(exchange)).toMatchObject({ sent: false, reason: "timeout" });
    }
    // The names themselves are given up after 5 s.
    const startedMs = performance.now();
    await http.close();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  test("for IPv6 alone is sent to by IPv4", async () => {
    const answers = await openNameServer(() => ({ addresses: [PUBLIC] }));
    opened.push(answers);
    const resolver = {
      resolve4: (name: string, options: { ttl: true }) => answers.resolver.resolve4(name, options),
      resolve6: () => new Promise<never>(() => undefined),
    };
    const { http } = await openScene(() => undefined, { network: { resolver } });
    expect(replyOf(await http.request(post("http://half.example/"), IN_TIME)).status).toBe(200);
  });
});
