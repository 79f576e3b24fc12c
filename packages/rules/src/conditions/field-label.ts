/** What a field is called: its title in the events' schemas, else its path. */
import { eventTypes } from "@stellwerk/events";
import { shapeOfSchema } from "../check/shape-of-schema.ts";
import type { Shape } from "../check/shape.ts";
import { printPath } from "../path/path.ts";
import type { Path } from "../path/path.ts";
import { shorten } from "../problem.ts";
import type { BothLanguages } from "./words.ts";

const SHOWN_CHARACTERS = 80;

/**
 * "status" for `website.status`: the website is what nearly every rule is about. Other parents are named,
 * "assigned to › full name".
 *
 * @example
 * fieldLabel(["website", "status"]) // { en: "status", de: "Status" }
 */
export function fieldLabel(path: Path): BothLanguages {
  const asWritten = shorten(printPath(path), SHOWN_CHARACTERS);
  return labels().get(printPath(path)) ?? { en: asWritten, de: asWritten };
}

let made: ReadonlyMap<string, BothLanguages> | undefined;

/** Made when first asked for: the dispatcher compiles conditions and describes none. */
function labels(): ReadonlyMap<string, BothLanguages> {
  if (made !== undefined) return made;
  const labelled = new Map<string, BothLanguages>();
  for (const type of eventTypes) collect(labelled, shapeOfSchema(type.jsonSchema), [], []);
  made = labelled;
  return labelled;
}

function collect(
  labelled: Map<string, BothLanguages>,
  shape: Shape,
  path: readonly string[],
  titles: readonly BothLanguages[],
): void {
  for (const [name, field] of shape.fields) {
    const [first, ...rest] = [...path, name];
    if (field.title === undefined || first === undefined) continue;
    const own = { en: lowerFirst(field.title.en), de: field.title.de };
    const text = printPath([first, ...rest]);
    // The first type to name a field decides; the documented ones come before the others of that name.
    if (!labelled.has(text)) labelled.set(text, joined([...titles, own]));
    collect(
      labelled,
      field,
      [first, ...rest],
      first === "website" && rest.length === 0 ? [] : [...titles, own],
    );
  }
}

function joined(titles: readonly BothLanguages[]): BothLanguages {
  return { en: titles.map(({ en }) => en).join(" › "), de: titles.map(({ de }) => de).join(" › ") };
}

/** "Status" but not "URL". */
function lowerFirst(title: string): string {
  return /^\p{Lu}\p{Lu}/u.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
}
