/**
 * Key and headers of a record as one column of bytes: exact, and cheap to write and to read.
 * `[length][key]` then `[length][name][length][value]` for each header; lengths are 4 bytes, big endian.
 */
import type { BusHeaders } from "../port.ts";

export interface RecordHead {
  readonly key: string;
  readonly headers: Record<string, Buffer>;
}

export function encodeHead(key: string, headers: BusHeaders): Buffer {
  const parts: (string | Uint8Array)[] = [key];
  for (const name in headers) parts.push(name, headers[name] ?? "");
  let size = 0;
  const sizes = parts.map((part) => {
    const bytes = typeof part === "string" ? Buffer.byteLength(part) : part.byteLength;
    size += 4 + bytes;
    return bytes;
  });
  const head = Buffer.allocUnsafe(size);
  let at = 0;
  parts.forEach((part, index) => {
    at = head.writeUInt32BE(sizes[index] ?? 0, at);
    if (typeof part === "string") at += head.write(part, at, "utf8");
    else {
      head.set(part, at);
      at += part.byteLength;
    }
  });
  return head;
}

export function decodeHead(head: Buffer): RecordHead {
  let at = 0;
  const next = () => {
    const start = at + 4;
    at = start + head.readUInt32BE(at);
    return head.subarray(start, at);
  };
  const key = next().toString("utf8");
  // Without a prototype: whoever wrote the record chose the names.
  const headers = Object.create(null) as Record<string, Buffer>;
  while (at < head.length) headers[next().toString("utf8")] = next();
  return { key, headers };
}
