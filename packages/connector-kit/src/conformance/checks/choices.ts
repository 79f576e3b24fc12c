/** The choices of a field: all of them can be reached, and one of them can be found. */
import type { Action, Connector } from "../../connector.ts";
import { performOptions } from "../../perform-options.ts";
import { fail } from "../check.ts";
import type { ConformanceCheck } from "../check.ts";
import { firstOf } from "../expect-outcome.ts";
import type { ConformanceOptions } from "../options.ts";
import { callParts, openScene } from "../scene.ts";

const MANY_CHOICES = 2_500;
const MOST_PAGES = 100;

export function choiceChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  return Object.entries(connector.actions).map(([name, action]) => ({
    group: "inputs",
    name: `${name}: 2,500 choices are paged and searched`,
    line: "options",
    run: () => pagesChoices(connector, options, name, action),
  }));
}

async function pagesChoices(
  connector: Connector,
  options: ConformanceOptions,
  name: string,
  action: Action,
): Promise<void> {
  const fields = Object.keys(action.options ?? {});
  if (fields.length === 0) return;
  for (const field of fields) {
    await using scene = await openScene(connector, options);
    const wanted = Array.from({ length: MANY_CHOICES }, (_, index) => ({
      value: `v${index}`,
      label: `choice-${index}-of-many`,
    }));
    if (scene.vendor.fillChoices === undefined)
      fail("Give the fake `fillChoices`, which fills what `options` ask for.");
    scene.vendor.fillChoices(field, wanted);
    const ask = async (query: string, cursor?: string) => {
      const page = await performOptions({
        ...callParts(scene),
        action,
        field,
        query,
        cursor,
        input: { ...(firstOf(name, action).input as object) },
      });
      return page.ok
        ? page
        : fail(
            `${name}.${field}: ${page.message.en} ${page.thrown === undefined ? "" : String(page.thrown.error)}`,
          );
    };
    const seen = new Set<string>();
    let cursor: string | undefined;
    for (let pages = 1; ; pages += 1) {
      const page = await ask("", cursor);
      for (const { value } of page.items) seen.add(value);
      cursor = page.next;
      if (cursor === undefined) break;
      if (pages === MOST_PAGES) fail(`${name}.${field}: after ${pages} pages there is still one more.`);
    }
    if (seen.size < MANY_CHOICES)
      fail(`${name}.${field}: of ${MANY_CHOICES} choices ${seen.size} can be reached.`);
    const found = await ask("choice-2345-of");
    if (!found.items.some(({ label }) => label.includes("choice-2345-of"))) {
      fail(
        `${name}.${field}: a search for one of ${MANY_CHOICES} choices does not find it on its first page.`,
      );
    }
  }
}
