import { expect, test } from "vitest";
import { createHttpClient } from "./index.ts";
import { openSocketServer } from "./testing/index.ts";

/** A small generator with a seed, so that a failure can be repeated. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test("over a bad line, what is called unsent never arrived, and nothing arrived twice", async () => {
  const random = randomNumbers(20_261_123);
  const arrived = new Map<string, number>();
  await using server = await openSocketServer((socket) => {
    if (random() < 0.1) socket.resetAndDestroy();
    socket.on("data", (chunk) => {
      const path = /^POST \/(\d+) /.exec(chunk.toString("latin1"))?.[1];
      if (path !== undefined) arrived.set(path, (arrived.get(path) ?? 0) + 1);
      const dice = random();
      if (dice < 0.15) socket.resetAndDestroy();
      else if (dice < 0.3) socket.end();
      else if (dice < 0.8) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      // Sometimes a goodbye right behind the answer, as a server does that is about to restart.
      if (dice > 0.7 && dice < 0.8) socket.end();
    });
  });
  const http = createHttpClient({
    userAgent: "t",
    allowAddresses: ["127.0.0.0/8"],
    maxConnectionsPerOrigin: 4,
  });
  const ids = Array.from({ length: 600 }, (_, i) => String(i));
  const exchanges = await Promise.all(
    ids.map((id) => {
      const plan = {
        method: "POST",
        url: `${server.url}/${id}`,
        headers: {},
        body: `body of ${id}`,
      } as const;
      return http.request(plan, { deadlineMs: 20 + Math.floor(random() * 800) });
    }),
  );
  await http.close();

  const kindOf = (index: number): "answered" | "sent" | "unsent" => {
    const exchange = exchanges[index]!;
    if (exchange.kind === "reply") return "answered";
    return exchange.sent ? "sent" : "unsent";
  };
  const kinds = ids.map((_id, index) => kindOf(index));
  // The line was bad enough to be a test, and not so bad that nothing got through.
  expect(new Set(kinds)).toEqual(new Set(["answered", "sent", "unsent"]));
  expect(ids.filter((id, index) => kinds[index] === "unsent" && arrived.has(id))).toEqual([]);
  expect(ids.filter((id, index) => kinds[index] === "answered" && !arrived.has(id))).toEqual([]);
  expect([...arrived].filter(([, times]) => times > 1)).toEqual([]);
});
