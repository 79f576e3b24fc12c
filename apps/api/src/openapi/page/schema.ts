/** A schema as a list of fields. */
import type { Schema } from "./document-parts.ts";
import { type Html, html, inline } from "./html.ts";
import type { Words } from "./words.ts";

/** In a few words: `string (date-time)`, a link to a named schema, `1 | 2`. */
export function typeOf(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.not !== undefined) return html`–`;
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined)
    return joined(schema.enum.map((each) => html`<code>${JSON.stringify(each)}</code>`));
  if (schema.anyOf !== undefined) return joined(schema.anyOf.map(typeOf));
  if (schema.type === "array") return html`[${typeOf(schema.items ?? {})}]`;
  const types = [schema.type ?? "any"].flat().join(" | ");
  return html`${types}${schema.format === undefined ? "" : ` (${schema.format})`}`;
}

function joined(parts: readonly Html[]): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html` | ${part}`))}`;
}

/** Fields of an object, of the objects in a list, or of every alternative. */
export function fieldsOf(schema: Schema, words: Words): Html {
  if (schema.items !== undefined) return fieldsOf(schema.items, words);
  const alternatives = (schema.anyOf ?? []).map((each) => fieldsOf(each, words));
  const { properties = {}, required = [] } = schema;
  const fields = Object.entries(properties).map(
    ([name, field]) =>
      html`<dt>
          <code>${name}</code>
          <span class="quiet"
            >${typeOf(field)}${required.includes(name) && html`, ${words.required}`}${
              field.default !== undefined && html` = <code>${JSON.stringify(field.default)}</code>`
            }</span
          >
        </dt>
        <dd>${inline(field.description)}${fieldsOf(field, words)}</dd>`,
  );
  return html`${fields.length > 0 && html`<dl class="fields">${fields}</dl>`}${alternatives}`;
}
