/** HTML as text that cannot be forgotten to be escaped: only what is marked as HTML is taken as such. */

export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[] | undefined | false;

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((text, index) => text + show(parts[index])).join("") };
}

function show(part: Part): string {
  if (part === undefined || part === false) return "";
  if (typeof part === "string" || typeof part === "number") return escape(`${part}`);
  if ("html" in part) return part.html;
  return part.map((each) => each.html).join("");
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** A sentence with `code` in it. */
export function inline(text: string | undefined): Html {
  const pieces = (text ?? "").split("`");
  return {
    html: pieces
      .map((piece, index) => (index % 2 === 0 ? html`${piece}` : html`<code>${piece}</code>`).html)
      .join(""),
  };
}

/** Paragraphs and lists of the introduction. */
export function prose(text: string): Html {
  const blocks = text.split("\n\n").map((block) => {
    if (!block.startsWith("- ")) return html`<p>${inline(block)}</p>`;
    return html`<ul>
      ${block.split("\n").map((line) => html`<li>${inline(line.slice(2))}</li>`)}
    </ul>`;
  });
  return html`${blocks}`;
}
