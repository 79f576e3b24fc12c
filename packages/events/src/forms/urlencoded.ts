/** `application/x-www-form-urlencoded`: what a browser sends when a form says nothing else. */
import { issue } from "../issue.ts";
import { percentDecode } from "../percent-decode.ts";
import { decodeUtf8 } from "../utf8.ts";
import { addField } from "./form-body.ts";
import type { ParsedForm } from "./form-body.ts";
import type { FormLimits } from "./form-limits.ts";

/**
 * @example
 * parseUrlencoded(bytes("email=erika%40example.org&interests[]=menu"), FORM_LIMITS)
 */
export function parseUrlencoded(raw: Uint8Array, limits: FormLimits): ParsedForm {
  const text = decodeUtf8(raw);
  if (!text.ok) return { ok: false, issues: [text.issue] };

  const fields = new Map<string, unknown>();
  const pairs = text.text.split("&").filter((pair) => pair !== "");
  if (pairs.length > limits.fields) {
    return { ok: false, issues: [issue("", `at most ${limits.fields} fields`, "more")] };
  }
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const name = decodePart(equals === -1 ? pair : pair.slice(0, equals));
    const value = decodePart(equals === -1 ? "" : pair.slice(equals + 1));
    if (!name.ok) return { ok: false, issues: [name.issue] };
    if (!value.ok) return { ok: false, issues: [{ ...value.issue, path: `fields.${name.text}` }] };
    addField(fields, name.text, value.text);
  }
  return { ok: true, form: { fields, files: [], about: new Map() } };
}

function decodePart(part: string) {
  return decodeUtf8(percentDecode(part.replaceAll("+", " ")));
}
