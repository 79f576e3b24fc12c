import { expect, test } from "vitest";
import { murmur2, partitionFor } from "./partition-for.ts";

// From Kafka's own UtilsTest.java.
test.each([
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
])("hashes %s as Kafka's clients do", (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
});

test("every partition gets its share of accounts", () => {
  const counts = Array.from({ length: 12 }, () => 0);
  for (let n = 0; n < 12_000; n++) counts[partitionFor(`acc_${n}`, 12)]! += 1;
  expect(Math.min(...counts)).toBeGreaterThan(800);
  expect(Math.max(...counts)).toBeLessThan(1_200);
});
