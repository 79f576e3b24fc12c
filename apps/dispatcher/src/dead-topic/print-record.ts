/** A dead record for a terminal. What it holds came from anybody, so no control character gets through. */
import { isUtf8 } from "node:buffer";
import type { BusRecord, DeadRecord } from "@stellwerk/bus";

/** How a record of the dead topic is named: `partition/offset` there. */
export function refOf(record: BusRecord): string {
  return `${record.partition}/${record.offset}`;
}

export function listLine(record: BusRecord, dead: DeadRecord | undefined): string {
  const from = dead === undefined ? "unknown" : `${dead.topic} ${dead.partition}/${dead.offset}`;
  const facts = [
    refOf(record).padEnd(8),
    record.timestamp.toISOString(),
    `from ${from}`,
    `ce_id ${headerOf(record, "ce_id") ?? "none"}`,
    `${record.value.length} bytes`,
  ];
  return printable(`${facts.join("  ")}\n         ${dead?.reason ?? NOT_OURS}`);
}

export function wholeRecord(record: BusRecord, dead: DeadRecord | undefined): string {
  const headers = Object.keys(record.headers).map((name) => `  ${name}: ${headerOf(record, name) ?? ""}`);
  const text = isUtf8(record.value) ? record.value.toString("utf8") : record.value.toString("base64");
  const value = isUtf8(record.value) ? "value:" : "value, which is no text, in base64:";
  return printable(
    [listLine(record, dead), `key: ${record.key ?? "none"}`, "headers:", ...headers, value, text].join("\n"),
  );
}

export const NOT_OURS = "It was not put here by Stellwerk: nothing says where it belongs";

/** As one JSON object a line, for other programs. */
export function jsonLine(record: BusRecord, dead: DeadRecord | undefined): string {
  return JSON.stringify({
    ref: refOf(record),
    time: record.timestamp.toISOString(),
    reason: dead?.reason ?? null,
    topic: dead?.topic ?? null,
    partition: dead?.partition ?? null,
    offset: dead === undefined ? null : String(dead.offset),
    ceId: headerOf(record, "ce_id") ?? null,
    key: record.key,
    sizeBytes: record.value.length,
  });
}

function headerOf(record: BusRecord, name: string): string | undefined {
  const value = record.headers[name];
  if (value === undefined) return undefined;
  return isUtf8(value) ? value.toString("utf8") : `${value.toString("base64")} (base64)`;
}

/** Line breaks and tabs stay; an escape sequence would be obeyed by the terminal. */
function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, (character) => {
    return `\\x${character.codePointAt(0)?.toString(16).padStart(2, "0")}`;
  });
}
