/**
 * Loaded before a program of ours (`node --import`): writes down every connection it opens and every name it asks
 * for, one a line, into the file that RECORD_CONNECTIONS_TO names.
 */
import dgram from "node:dgram";
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

const file = process.env.RECORD_CONNECTIONS_TO;
const record = (what) => appendFileSync(file, `${what}\n`);

function watch(owner, method, describe) {
  const original = owner[method];
  if (typeof original !== "function") return;
  owner[method] = function (...args) {
    record(describe(args));
    return original.apply(this, args);
  };
}

/** `connect(options)`, `connect(port, host)`, `connect(path)`, or Node's own, already normalised. */
function describeTarget(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === "object") return `connect ${first.path ?? first.host ?? "localhost"}`;
  if (typeof first === "number") return `connect ${typeof second === "string" ? second : "localhost"}`;
  return `connect ${first}`;
}

watch(net.Socket.prototype, "connect", describeTarget);
watch(dgram.Socket.prototype, "connect", (args) => `connect ${args[1]}`);
watch(dgram.Socket.prototype, "send", (args) => `send ${args.findLast((each) => typeof each === "string")}`);
const questions = [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype];
for (const owner of questions) {
  for (const method of Object.keys(Object.getOwnPropertyDescriptors(owner))) {
    if (/^(lookup|resolve|reverse)/.test(method)) watch(owner, method, ([name]) => `name ${name}`);
  }
}
syncBuiltinESMExports();
