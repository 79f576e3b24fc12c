/**
 * The description as a page: rendered here, so that nothing is fetched from anywhere and no script runs.
 * (The usual renderers bring megabytes of script; docs/decisions/0009.)
 */
import type { ApiDocument } from "../document.ts";
import type { Content, Example, Operation, Schema } from "./document-parts.ts";
import { type Html, html, inline, prose } from "./html.ts";
import { fieldsOf, typeOf } from "./schema.ts";
import { STYLE } from "./style.ts";
import { type Language, type Words, WORDS } from "./words.ts";

interface Named {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Not in the template: the policy names its exact bytes. */
const STYLE_ELEMENT: Html = { html: `<style>${STYLE}</style>` };

export function renderPage(document: ApiDocument, language: Language): string {
  const words = WORDS[language];
  const operations = operationsOf(document);
  const sections = (document.tags ?? []).map(({ name, description }) => ({
    name,
    description,
    operations: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const schemas = Object.entries(document.components?.schemas ?? {}) as [string, Schema][];
  const problems = Object.entries(document.components?.examples ?? {}) as [string, Example][];
  const page = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${words.title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <a class="skip" href="#content">${words.skip}</a>
        <header>
          <h1>${words.title}</h1>
          <a href="openapi.json">${words.asDocument}</a>
          <a
            href="?lang=${language === "en" ? "de" : "en"}"
            hreflang="${language === "en" ? "de" : "en"}"
            lang="${language === "en" ? "de" : "en"}"
            >${words.otherLanguage}</a
          >
        </header>
        <div class="columns">
          <nav aria-label="${words.contents}">
            ${sections.map(
              (section) =>
                html`<h2><a href="#${anchor(section.name)}" lang="en">${section.name}</a></h2>
                  <ul>
                    ${section.operations.map(
                      ({ method, path, operation }) =>
                        html`<li>
                          <a href="#${operation.operationId}"
                            ><span class="method">${method}</span> ${path}</a
                          >
                        </li>`,
                    )}
                  </ul>`,
            )}
            <h2><a href="#problems">${words.problems}</a></h2>
            <h2><a href="#schemas">${words.schemas}</a></h2>
          </nav>
          <main id="content" tabindex="-1">
            <div lang="en">${prose(document.info.description ?? "")}</div>
            ${sections.map(
              (section) =>
                html`<h2 id="${anchor(section.name)}" lang="en">${section.name}</h2>
                  <p lang="en">${inline(section.description)}</p>
                  ${section.operations.map((each) => renderOperation(each, words))}`,
            )}
            <h2 id="problems">${words.problems}</h2>
            <p>${words.problemsIntroduction}</p>
            ${problems.map(
              ([code, { summary, value }]) =>
                html`<h4 id="problem-${code}"><code>${code}</code></h4>
                  <p lang="en">${inline(summary)}</p>
                  ${details(words.example, value)}`,
            )}
            <h2 id="schemas">${words.schemas}</h2>
            ${schemas.map(
              ([name, schema]) =>
                html`<h4 id="schema-${name}"><code>${name}</code></h4>
                  <div lang="en">${inline(schema.description)}${fieldsOf(schema, words)}</div>`,
            )}
          </main>
        </div>
      </body>
    </html> `;
  return page.html;
}

function operationsOf(document: ApiDocument): Named[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation: operation as Operation,
    })),
  );
}

function renderOperation({ method, path, operation }: Named, words: Words): Html {
  const scope = operation.security[0]?.apiKey?.[0];
  const { parameters = [], requestBody, responses } = operation;
  return html`<section aria-labelledby="${operation.operationId}">
    <h3 id="${operation.operationId}"><span class="method">${method}</span> <code>${path}</code></h3>
    <p lang="en"><strong>${inline(operation.summary)}</strong> ${inline(operation.description)}</p>
    <p class="quiet">
      ${scope === undefined ? words.needsNoKey : html`${words.needsScope} <code>${scope}</code>.`}
    </p>
    ${
      parameters.length > 0 &&
      html`<h4>${words.parameters}</h4>
        <dl>
          ${parameters.map(
            (each) =>
              html`<dt>
                  <code>${each.name}</code>
                  <span class="quiet"
                    >${words.inPlace[each.in]},
                    ${typeOf(each.schema)}${each.required === true && html`, ${words.required}`}</span
                  >
                </dt>
                <dd lang="en">${inline(each.description)}</dd>`,
          )}
        </dl>`
    }
    ${
      requestBody !== undefined &&
      html`<h4>${words.body}</h4>
        ${renderContent(requestBody.content, words)}`
    }
    <h4>${words.answers}</h4>
    <dl>
      ${Object.entries(responses).map(
        ([status, { description, content = {} }]) =>
          html`<dt><code>${status}</code> ${problemLinks(content)}</dt>
            <dd>
              <span lang="en">${inline(description)}</span>${
                Number(status) < 400 && renderContent(content, words)
              }
            </dd>`,
      )}
    </dl>
  </section> `;
}

/** Problems are described once, at the end. */
function problemLinks(content: Content): Html {
  const examples = Object.entries(content["application/problem+json"]?.examples ?? {});
  const codes = examples.filter(([, example]) => example.$ref !== undefined).map(([code]) => code);
  return html`${codes.map((code) => html`<a href="#problem-${code}">${code}</a> `)}`;
}

function renderContent(content: Content, words: Words): Html {
  return html`${Object.entries(content).map(
    ([type, { schema = {}, examples = {} }]) =>
      html`<p class="quiet">${type}: ${typeOf(schema)}</p>
        <div lang="en">${fieldsOf(schema, words)}</div>
        ${Object.values(examples).map(({ summary, value }) => details(`${words.example}: ${summary}`, value))}`,
  )}`;
}

function details(summary: string, value: unknown): Html {
  const text = typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
  // Wide examples scroll, and what scrolls must be reached by keyboard. White space counts in it.
  const code: Html = { html: `<pre tabindex="0">${html`${text}`.html}</pre>` };
  return html`<details>
    <summary>${inline(summary)}</summary>
    ${code}
  </details>`;
}

function anchor(name: string): string {
  return `section-${name.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
}
