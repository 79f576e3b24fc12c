/**
 * From text to a template, in one pass from left to right. A strict subset of Liquid: `{{ path | filter: … }}`
 * and nothing else, so that what a template does can be read off it and checked when it is saved.
 */
import { MAX_ARGUMENTS, MAX_FILTERS, MAX_TEMPLATE_CHARACTERS, MAX_TEMPLATE_OUTPUTS } from "../limits.ts";
import { nearest } from "../nearest.ts";
import { scanPath } from "../path/path.ts";
import { isQuote, scanQuotedText } from "../path/quoted-text.ts";
import { quoteShort } from "../problem.ts";
import type { Checked } from "../problem.ts";
import { FILTER_NAMES, FILTERS, isFilterName } from "./filters/filters.ts";
import type { Expression, FilterCall, Output, Template } from "./template.ts";

/**
 * @example
 * parseTemplate('{{ website.title | default: "your site" }} is live')
 */
export function parseTemplate(text: string, place = "template"): Checked<Template> {
  const tooLong = text.length > MAX_TEMPLATE_CHARACTERS;
  const parsed = tooLong ? { mistake: lengthMistake(text.length) } : new TemplateParser(text).parse();
  if ("parts" in parsed) return { ok: true, value: parsed };
  const { at, message, expected, received, fix } = parsed.mistake;
  const where = at === undefined ? "" : `character ${at + 1}: `;
  return { ok: false, problems: [{ path: place, message: `${where}${message}`, expected, received, fix }] };
}

interface Mistake {
  readonly at?: number;
  readonly message: string;
  readonly expected: string;
  readonly received: string;
  readonly fix?: string | undefined;
}

function lengthMistake(length: number): Mistake {
  const expected = `at most ${MAX_TEMPLATE_CHARACTERS} characters`;
  return { message: "is too long a template", expected, received: `${length} characters` };
}

/** Thrown by the parser below to its own `parse`, never further. */
class MistakeFound extends Error {
  readonly mistake: Mistake;

  constructor(mistake: Mistake) {
    super(mistake.message);
    this.mistake = mistake;
  }
}

class TemplateParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Template | { readonly mistake: Mistake } {
    try {
      return this.#parseTemplate();
    } catch (error) {
      if (error instanceof MistakeFound) return { mistake: error.mistake };
      throw error;
    }
  }

  #parseTemplate(): Template {
    const parts: (string | Output)[] = [];
    let outputs = 0;
    while (this.#at < this.#text.length) {
      const open = this.#text.indexOf("{{", this.#at);
      const end = open === -1 ? this.#text.length : open;
      this.#refuseTags(this.#at, end);
      if (end > this.#at) parts.push(this.#text.slice(this.#at, end));
      this.#at = end;
      if (open === -1) break;
      outputs += 1;
      if (outputs > MAX_TEMPLATE_OUTPUTS) {
        const expected = `at most ${MAX_TEMPLATE_OUTPUTS} outputs`;
        this.#fail("has too many outputs", expected, `more than ${MAX_TEMPLATE_OUTPUTS}`);
      }
      parts.push(this.#parseOutput(open));
    }
    return { parts };
  }

  #refuseTags(from: number, to: number): void {
    const at = this.#text.slice(from, to).indexOf("{%");
    if (at === -1) return;
    this.#at = from + at;
    const fix = 'Use filters, a $map, or a condition of the rule. A literal "{%" is written {{ "{%" }}.';
    this.#fail(
      "tags do not exist here: no if, for, include or assign",
      "text and {{ outputs }}",
      '"{%"',
      fix,
    );
  }

  #parseOutput(open: number): Output {
    this.#at = open + 2;
    if (this.#peek() === "-") this.#fail("blanks are not trimmed here", "{{ without a dash", '"{{-"');
    const value = this.#parseExpression();
    const filters: FilterCall[] = [];
    this.#skipBlanks();
    while (this.#peek() === "|") {
      this.#at += 1;
      if (filters.length === MAX_FILTERS) {
        this.#fail("has too many filters", `at most ${MAX_FILTERS} behind one value`, "one more");
      }
      filters.push(this.#parseFilter());
      this.#skipBlanks();
    }
    if (!this.#text.startsWith("}}", this.#at)) {
      const closed = this.#text.includes("}}", this.#at);
      const fix = closed ? undefined : "Close it with }}.";
      this.#fail("an output ends with }} or goes on with |", "}} or |", this.#here(), fix);
    }
    this.#at += 2;
    return { value, filters };
  }

  #parseFilter(): FilterCall {
    this.#skipBlanks();
    const start = this.#at;
    const name = /^\w+/.exec(this.#text.slice(start, start + 50))?.[0] ?? "";
    if (!isFilterName(name)) {
      const meant = nearest(name, FILTER_NAMES);
      const fix = meant === undefined ? undefined : `Did you mean \`${meant}\`?`;
      const received = name === "" ? this.#here() : quoteShort(name);
      this.#fail("is an unknown filter", `one of ${FILTER_NAMES.join(", ")}`, received, fix);
    }
    this.#at += name.length;
    const args: Expression[] = [];
    this.#skipBlanks();
    if (this.#peek() === ":") {
      do {
        this.#at += 1;
        if (args.length === MAX_ARGUMENTS) {
          this.#fail("has too many arguments", `at most ${MAX_ARGUMENTS}`, "one more");
        }
        args.push(this.#parseExpression());
        this.#skipBlanks();
      } while (this.#peek() === ",");
    }
    this.#checkArguments({ name, args }, start);
    return { name, args };
  }

  /** As far as they are known now; what comes from the event is checked when it comes. */
  #checkArguments({ name, args }: FilterCall, start: number): void {
    const { fewest, most, usage, checkArguments } = FILTERS[name];
    const literals = args.map((each) => (each.kind === "literal" ? each.value : undefined));
    const problem =
      args.length < fewest || args.length > most ? `${args.length} arguments` : checkArguments?.(literals);
    if (problem === undefined) return;
    this.#at = start;
    this.#fail(`${name} was not given what it takes`, usage, problem);
  }

  #parseExpression(): Expression {
    this.#skipBlanks();
    const first = this.#peek();
    if (isQuote(first)) {
      const text = scanQuotedText(this.#text, this.#at);
      if (!text.ok)
        this.#fail(text.message, "a closing quote", quoteShort(this.#text.slice(text.at, text.at + 20)));
      this.#at = text.end;
      return { kind: "literal", value: text.text };
    }
    const literal = this.#parseLiteral();
    if (literal !== undefined) return literal;
    const scanned = scanPath(this.#text, this.#at);
    if (!scanned.ok) {
      this.#at = scanned.at;
      this.#fail(scanned.message, "a path such as website.title, a text in quotes or a number", this.#here());
    }
    this.#at = scanned.end;
    return { kind: "path", path: scanned.path };
  }

  #parseLiteral(): Expression | undefined {
    const rest = this.#text.slice(this.#at, this.#at + 40);
    // A name may begin like a number or a word: `true_north`, `nil.x`.
    const word = /^(?:-?\d{1,15}(?:\.\d{1,15})?|true|false|nil|null)(?![\p{L}\p{N}\p{M}_.[-])/u.exec(
      rest,
    )?.[0];
    if (word === undefined) return undefined;
    this.#at += word.length;
    if (word === "true" || word === "false") return { kind: "literal", value: word === "true" };
    if (word === "nil" || word === "null") return { kind: "literal", value: null };
    return { kind: "literal", value: Number(word) + 0 };
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #skipBlanks(): void {
    while (/\s/.test(this.#peek() ?? "")) this.#at += 1;
  }

  #here(): string {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    return rest === "" ? "the end of the text" : quoteShort(rest);
  }

  #fail(message: string, expected: string, received: string, fix?: string): never {
    throw new MistakeFound({ at: this.#at, message, expected, received, fix });
  }
}
