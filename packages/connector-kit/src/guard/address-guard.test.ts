import { describe, expect, test } from "vitest";
import { createAddressGuard } from "./address-guard.ts";

function ruleOf(host: string, allowAddresses: readonly string[], port = 80): string {
  const verdict = createAddressGuard({ allowAddresses }).judgeHost(host, port);
  if (verdict.kind === "refused") return verdict.refusal.rule;
  return verdict.kind === "addresses" ? verdict.addresses.join(" ") : "name";
}

describe("what the operator allows", () => {
  test.each([
    ["127.0.0.1", ["127.0.0.0/8"], "127.0.0.1"],
    ["127.0.0.1", ["127.0.0.1"], "127.0.0.1"],
    ["127.0.0.2", ["127.0.0.1"], "loopback"],
    ["10.1.2.3", ["10.1.0.0/16", "192.168.0.0/16"], "10.1.2.3"],
    ["10.2.2.3", ["10.1.0.0/16", "192.168.0.0/16"], "private"],
    ["[::1]", ["127.0.0.0/8"], "loopback"],
    ["[::1]", ["::1"], "::1"],
    ["[fd00::5]", ["fd00::/8"], "fd00::5"],
    ["127.0.0.1", ["::/0"], "loopback"],
    ["169.254.169.254", ["0.0.0.0/0"], "169.254.169.254"],
  ])("%s with %j: %s", (host, allow, expected) => {
    expect(ruleOf(host, allow)).toBe(expected);
  });

  test("is allowed on every port, a public address is not", () => {
    expect(ruleOf("10.0.0.1", ["10.0.0.0/8"], 25)).toBe("10.0.0.1");
    expect(ruleOf("8.8.8.8", ["10.0.0.0/8"], 25)).toBe("port");
    expect(ruleOf("8.8.8.8", ["8.8.8.8"], 25)).toBe("8.8.8.8");
  });

  test("localhost is whatever part of the loopback is allowed", () => {
    expect(ruleOf("localhost", [])).toBe("loopback");
    expect(ruleOf("localhost", ["127.0.0.0/8"])).toBe("127.0.0.1");
    expect(ruleOf("app.localhost.", ["127.0.0.0/8", "::1"], 6379)).toBe("127.0.0.1 ::1");
  });

  // An IPv6-only network behind NAT64 has to allow the gateway's range, and with it must not open the inside.
  test.each([
    ["[64:ff9b::8.8.8.8]", ["64:ff9b::/96"], "64:ff9b::808:808"],
    ["[64:ff9b::10.0.0.1]", ["64:ff9b::/96"], "nat64"],
    ["[64:ff9b::10.0.0.1]", ["64:ff9b::/96", "10.0.0.0/8"], "64:ff9b::a00:1"],
    ["[64:ff9b:1::10.0.0.1]", ["64:ff9b:1::/48"], "nat64"],
    ["[64:ff9b:1:0a00:0:100:808:808]", ["64:ff9b:1::/48"], "nat64"],
    ["[::ffff:127.0.0.1]", ["::ffff:0:0/96"], "ipv4_mapped"],
    ["[::ffff:127.0.0.1]", ["127.0.0.0/8"], "ipv4_mapped"],
    ["[::ffff:127.0.0.1]", ["::ffff:0:0/96", "127.0.0.0/8"], "::ffff:7f00:1"],
    ["[2002:a00:1::1]", ["2002::/16"], "six_to_four"],
    ["[2002:808:808::1]", ["2002::/16"], "2002:808:808::1"],
    // The client of a Teredo address has its bits turned over: 80ff:fffe is 127.0.0.1.
    ["[2001:0:808:808:0:0:80ff:fffe]", ["2001::/32"], "teredo"],
    ["[2001:0:a00:1:0:0:f7f7:f7f7]", ["2001::/32"], "teredo"],
    ["[2001:0:808:808:0:0:f7f7:f7f7]", ["2001::/32"], "2001:0:808:808::f7f7:f7f7"],
    ["[2606:4700::5efe:10.0.0.1]", ["2606:4700::/32"], "isatap"],
  ])("%s with %j, which carries IPv4: %s", (host, allow, expected) => {
    expect(ruleOf(host, allow)).toBe(expected);
  });
});

test("an address as a resolver or a socket may write it is judged, and what is none is refused", () => {
  const guard = createAddressGuard();
  const rules = ["fe80::1%eth0", "0177.0.0.1", "0x7f.1", "127.1", "", "nonsense", "8.8.8.8"].map(
    (address) => guard.refuseAddress(address, 80)?.rule,
  );
  expect(rules).toEqual([
    "link_local",
    "loopback",
    "loopback",
    "loopback",
    "reserved",
    "reserved",
    undefined,
  ]);
});

test("an address that is no range is a mistake of ours, told at the start", () => {
  expect(() => createAddressGuard({ allowAddresses: ["nonsense"] })).toThrow(/ip/i);
});
