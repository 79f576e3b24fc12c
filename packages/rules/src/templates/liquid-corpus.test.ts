/** What we render and what liquidjs renders, side by side. */
import { Liquid } from "liquidjs";
import { expect, test } from "vitest";
import { compileMapping, FILTER_NAMES } from "../index.ts";
import { contextOf } from "../testing/contexts.ts";
import { CORPUS, CORPUS_DATA, TWIN_NAMES, WITHOUT_TWIN } from "../testing/liquid-corpus.ts";

// liquidjs shows a date without a zone in the machine's own; ours is in UTC wherever it runs.
process.env["TZ"] = "UTC";

const liquid = new Liquid({ ownPropertyOnly: true, preserveTimezones: true, strictFilters: true });
for (const [ours, theirs] of Object.entries(TWIN_NAMES)) liquid.registerFilter(ours, liquid.filters[theirs]!);

function rendered(template: string): unknown {
  const compiled = compileMapping({ $text: template }, { escapeOf: () => "none", isOptional: () => false });
  if (!compiled.ok) return compiled.problems;
  const { event: _event, source: _source, ...data } = CORPUS_DATA;
  const context = { ...contextOf(data), event: CORPUS_DATA.event, source: CORPUS_DATA.source };
  const result = compiled.value.evaluate(context);
  return result.ok ? result.value : result.problems;
}

test(`${CORPUS.length} templates come out as liquidjs renders them`, () => {
  const differing = CORPUS.map((template) => ({
    template,
    ours: rendered(template),
    theirs: liquid.parseAndRenderSync(template, CORPUS_DATA) as string,
  })).filter(({ ours, theirs }) => ours !== theirs);
  expect(differing).toEqual([]);
});

test("every filter is in the corpus, or it is said why not", () => {
  const missing = FILTER_NAMES.filter(
    (name) => !CORPUS.some((each) => new RegExp(`\\| ${name}\\b`).test(each)),
  );
  expect(missing.filter((name) => !Object.hasOwn(WITHOUT_TWIN, name))).toEqual([]);
});
