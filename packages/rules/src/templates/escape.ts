/**
 * What a field's declaration asks for: values that come from an event must not mean anything in the language
 * that the field is written in. A website called `<!channel>` must never ping a workspace.
 */

export const ESCAPES = ["none", "slack-mrkdwn", "html", "url"] as const;

export type Escape = (typeof ESCAPES)[number];

const HTML: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

/** What may stand in an address unescaped, "%" included: it is one already. */
const NOT_IN_ADDRESSES = /[^\w\-.~:/?#[\]@!$&'()*+,;=%]/gu;

/**
 * `atStart`: nothing stands before it in the field. That matters for "url" alone, where a whole address (of the
 * source's manager, say) stays one, and any other value is a part of one.
 *
 * @example
 * escapeText("<!channel>", "slack-mrkdwn", { atStart: true }) // "&lt;!channel&gt;"
 */
export function escapeText(text: string, escape: Escape, { atStart }: { readonly atStart: boolean }): string {
  switch (escape) {
    case "none":
      return text;
    case "slack-mrkdwn":
      return text.replaceAll(/[&<>]/g, (character) => HTML[character] ?? character);
    case "html":
      return text.replaceAll(/[&<>"']/g, (character) => HTML[character] ?? character);
    case "url":
      if (atStart && /^https?:\/\//i.test(text)) {
        return text.toWellFormed().replaceAll(NOT_IN_ADDRESSES, encodeURIComponent);
      }
      return encodeURIComponent(text.toWellFormed()).replaceAll(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      );
  }
}
