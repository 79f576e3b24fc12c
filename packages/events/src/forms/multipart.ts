/**
 * `multipart/form-data` (RFC 7578). Files are named and measured, not kept: nothing we deliver to wants
 * them, and a body stays small. One pass over the body, no copy of a file.
 */
import { issue } from "../issue.ts";
import type { EventIssue } from "../issue.ts";
import { percentDecode } from "../percent-decode.ts";
import type { FormFile } from "../types/form-submitted.ts";
import { decodeUtf8 } from "../utf8.ts";
import { parseHeader } from "./content-type.ts";
import type { HeaderWithParameters } from "./content-type.ts";
import { addField } from "./form-body.ts";
import type { ParsedForm } from "./form-body.ts";
import type { FormLimits } from "./form-limits.ts";

const MAX_BOUNDARY_CHARACTERS = 70;
const MAX_PART_HEADER_BYTES = 8 * 1024;

/** One byte becomes one character, so that offsets in the text are offsets in the bytes. */
const latin1 = new TextDecoder("latin1");

export function parseMultipart(
  raw: Uint8Array,
  boundary: string | undefined,
  limits: FormLimits,
): ParsedForm {
  if (boundary === undefined || boundary === "" || boundary.length > MAX_BOUNDARY_CHARACTERS) {
    return refused(issue("content-type", "a boundary of 1 to 70 characters", boundary ?? "none"));
  }
  const fields = new Map<string, unknown>();
  const files: FormFile[] = [];
  let count = 0;
  for (const part of partsOf(raw, latin1.decode(raw), boundary)) {
    if ("expected" in part) return refused(part);
    count += 1;
    if (count > limits.fields) return refused(issue("", `at most ${limits.fields} fields`, "more"));

    const header = decodeUtf8(part.header);
    if (!header.ok) return refused({ ...header.issue, path: `part ${count}` });
    const { disposition, contentType } = readPartHeader(header.text);
    const name = disposition.parameters.get("name");
    if (disposition.value !== "form-data" || name === undefined) {
      const expected = 'Content-Disposition: form-data with a name, such as form-data; name="email"';
      return refused(issue(`part ${count}`, expected, disposition.value || "none"));
    }
    const fileName = fileNameOf(disposition);
    if (fileName !== undefined) {
      // A file field that was left empty.
      if (fileName === "" && part.body.length === 0) continue;
      files.push({
        field: unescapeName(name),
        name: unescapeName(fileName),
        content_type: contentType ?? "application/octet-stream",
        size: part.body.length,
      });
      continue;
    }
    const value = decodeUtf8(part.body);
    if (!value.ok) return refused({ ...value.issue, path: `fields.${unescapeName(name)}` });
    addField(fields, unescapeName(name), value.text);
  }
  return { ok: true, form: { fields, files, about: new Map() } };
}

interface Part {
  readonly header: Uint8Array;
  readonly body: Uint8Array;
}

/** The parts in order, or the one issue that ends the reading. `text` is `raw`, a character a byte. */
function* partsOf(raw: Uint8Array, text: string, boundary: string): Generator<Part | EventIssue> {
  const delimiter = `--${boundary}`;
  let at = text.startsWith(delimiter) ? 0 : findDelimiter(text, delimiter, 0) + 2;
  if (!text.startsWith(delimiter, at)) {
    yield issue("", `a part that begins with ${delimiter}`, text === "" ? "an empty body" : "none");
    return;
  }
  for (;;) {
    at += delimiter.length;
    if (text.startsWith("--", at)) return;
    const lineEnd = text.indexOf("\r\n", at);
    const next = lineEnd === -1 ? -1 : findDelimiter(text, delimiter, lineEnd);
    if (next === -1) {
      yield issue("", `a closing ${delimiter}--`, "the end of the body");
      return;
    }
    // In an empty part the blank line's own break is also the one before the next delimiter.
    const headerEnd = text.slice(0, next + 2).indexOf("\r\n\r\n", lineEnd);
    if (headerEnd === -1 || headerEnd - at > MAX_PART_HEADER_BYTES) {
      yield issue("", `headers of at most ${MAX_PART_HEADER_BYTES} bytes and a blank line in a part`, "none");
      return;
    }
    yield {
      header: raw.subarray(lineEnd + 2, headerEnd),
      body: raw.subarray(Math.min(headerEnd + 4, next), next),
    };
    at = next + 2;
  }
}

/** Where the line break before the next delimiter is, or -1. A longer line that only begins like one is content. */
function findDelimiter(text: string, delimiter: string, from: number): number {
  let at = text.indexOf(`\r\n${delimiter}`, from);
  while (at !== -1) {
    const after = text.slice(at + 2 + delimiter.length, at + 2 + delimiter.length + 80);
    if (/^(?:--|[ \t]*\r\n)/.test(after)) return at;
    at = text.indexOf(`\r\n${delimiter}`, at + 2);
  }
  return -1;
}

function readPartHeader(text: string): {
  disposition: HeaderWithParameters;
  contentType: string | undefined;
} {
  let disposition = parseHeader("");
  let contentType: string | undefined;
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "content-disposition") disposition = parseHeader(value);
    if (name === "content-type") contentType = parseHeader(value).value;
  }
  return { disposition, contentType };
}

/** `filename*` is RFC 5987's way to write other letters; browsers do not use it, some programs do. */
function fileNameOf({ parameters }: HeaderWithParameters): string | undefined {
  const extended = /^utf-8'[^']*'(.*)$/i.exec(parameters.get("filename*") ?? "")?.[1];
  const decoded = extended === undefined ? undefined : decodeUtf8(percentDecode(extended));
  return decoded?.ok ? decoded.text : parameters.get("filename");
}

/** What browsers write for characters that would end the quoted name. */
function unescapeName(name: string): string {
  return name.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n");
}

function refused(problem: EventIssue): ParsedForm {
  return { ok: false, issues: [problem] };
}
