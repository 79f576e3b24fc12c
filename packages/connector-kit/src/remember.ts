/**
 * A small store per connection and subject: a message's timestamp, a record's id. What is set is read back in the same
 * attempt, and written with the attempt's outcome: a crash leaves both or neither.
 */
import { RememberError } from "./errors.ts";
import { maskText } from "./mask.ts";

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export interface Remember {
  /** Undefined: nothing is remembered under this name. */
  get(name: string): Promise<JsonValue | undefined>;
  /** Undefined or null forgets. No secrets: it is stored as it is. */
  set(name: string, value: JsonValue | undefined): void;
}

/** By name; null is forgotten. */
export type Remembered = Readonly<Record<string, JsonValue>>;

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const MOST_NAMES = 16;
const MOST_CHARACTERS = 2_048;

export interface RememberingOptions {
  /** What is stored; asked for once, and only when somebody wants to know. */
  readonly load?: (() => Promise<ReadonlyMap<string, unknown>>) | undefined;
  /** Texts that must not be stored. */
  secrets(): readonly string[];
}

export class Remembering implements Remember {
  readonly #options: RememberingOptions;
  readonly #set = new Map<string, JsonValue>();
  #stored: Promise<ReadonlyMap<string, unknown>> | undefined;

  constructor(options: RememberingOptions) {
    this.#options = options;
  }

  /** What was set; undefined when nothing was. */
  get changes(): Remembered | undefined {
    return this.#set.size === 0 ? undefined : Object.fromEntries(this.#set);
  }

  // Bound: connectors take them out of their context.
  readonly get = async (name: string): Promise<JsonValue | undefined> => {
    checkName(name);
    const set = this.#set.get(name);
    if (set !== undefined) return set ?? undefined;
    this.#stored ??= this.#options.load?.() ?? Promise.resolve(new Map());
    // Only JSON was ever put in.
    return ((await this.#stored).get(name) as JsonValue | undefined) ?? undefined;
  };

  readonly set = (name: string, value: JsonValue | undefined): void => {
    checkName(name);
    const json = JSON.stringify(value ?? null);
    if (json.length > MOST_CHARACTERS) {
      throw new RememberError(
        `"${name}" is longer than ${MOST_CHARACTERS} characters; remember an id, not the thing`,
      );
    }
    if (maskText(json, this.#options.secrets()) !== json) {
      throw new RememberError(`"${name}" holds a secret of the connection; what is remembered is not sealed`);
    }
    if (!this.#set.has(name) && this.#set.size >= MOST_NAMES) {
      throw new RememberError(`more than ${MOST_NAMES} names in one attempt`);
    }
    // As it will be read back, and no longer the caller's.
    this.#set.set(name, JSON.parse(json) as JsonValue);
  };
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new RememberError(
    `a name is lower case with underscores and at most 64 characters, for example "message_ts"; got "${name}"`,
  );
}
