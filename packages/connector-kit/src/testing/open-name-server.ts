/** A small name server on the loopback, with answers that may change and names that never answer. */
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";

/** `hang`: no answer at all. Otherwise addresses, and at most one `alias` that they stand behind. */
export type NameAnswer = "hang" | { readonly addresses: readonly string[]; readonly alias?: string };

export interface NameServer extends AsyncDisposable {
  /** Asks this server alone. */
  readonly resolver: Resolver;
  /** `A example.com`, in order. */
  readonly questions: string[];
}

const TYPE_CNAME = 5;
const TYPE_AAAA = 28;
const NO_SUCH_NAME = 3;

/** @example await using dns = await openNameServer((name) => ({ addresses: ["192.0.2.1", "2001:db8::1"] })); */
export async function openNameServer(
  answer: (name: string) => NameAnswer | undefined,
  options: { readonly ttlSeconds?: number } = {},
): Promise<NameServer> {
  const { ttlSeconds = 0 } = options;
  const questions: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (message, from) => {
    const { name, end } = readName(message, 12);
    const type = message.readUInt16BE(end);
    questions.push(`${type === TYPE_AAAA ? "AAAA" : "A"} ${name}`);
    const found = answer(name);
    if (found === "hang") return;
    const records = found === undefined ? [] : recordsOf(name, type, found, ttlSeconds);
    const header = Buffer.alloc(12);
    message.copy(header, 0, 0, 2);
    // An answer to a question, recursion wanted and available.
    header.writeUInt16BE(0x8180 | (found === undefined ? NO_SUCH_NAME : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    socket.send(Buffer.concat([header, message.subarray(12, end + 4), ...records]), from.port, from.address);
  });
  await new Promise<void>((done) => socket.bind(0, "127.0.0.1", done));
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return {
    resolver,
    questions,
    async [Symbol.asyncDispose]() {
      resolver.cancel();
      await new Promise<void>((done) => socket.close(done));
    },
  };
}

function recordsOf(
  name: string,
  type: number,
  found: Exclude<NameAnswer, "hang">,
  ttlSeconds: number,
): Buffer[] {
  const owner = found.alias ?? name;
  const chain =
    found.alias === undefined ? [] : [record(name, TYPE_CNAME, ttlSeconds, writeName(found.alias))];
  const wanted = found.addresses.filter((address) => address.includes(":") === (type === TYPE_AAAA));
  return [...chain, ...wanted.map((address) => record(owner, type, ttlSeconds, bytesOf(address)))];
}

function record(name: string, type: number, ttlSeconds: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(ttlSeconds, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([writeName(name), head, data]);
}

function writeName(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function readName(message: Buffer, start: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 1 };
}

/** IPv4 in dotted decimals; IPv6 with at most one `::` and no dots. */
function bytesOf(address: string): Buffer {
  if (!address.includes(":")) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail] = address.split("::");
  const before = head.split(":").filter(Boolean);
  const after = (tail ?? "").split(":").filter(Boolean);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return Buffer.from([...before, ...zeros, ...after].map((each) => each.padStart(4, "0")).join(""), "hex");
}
