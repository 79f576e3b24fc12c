/** Calls the api and keeps every answer, whole, as a place where no secret may be but those that it says it shows. */
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { Place } from "./find-leaks.ts";

export interface WatchedCall {
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** null: none. */
  readonly key?: string | null;
  /** The documented place of these secrets; what else is in the answer is looked through. */
  readonly shows?: readonly string[];
}

export interface WatchedAnswer {
  readonly status: number;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a story looks into answers of every shape
  readonly body: any;
}

export class WatchedApi {
  readonly places: Place[] = [];
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  async call(method: string, path: string, options: WatchedCall = {}): Promise<WatchedAnswer> {
    const { body, raw, headers, key = this.#key, shows = [] } = options;
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const reply = await fetch(this.#url + path, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(content !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(content !== undefined && { body: content }),
    });
    const answer = await reply.text();
    this.keep(
      `the answer ${reply.status} to ${method} ${path}`,
      [...reply.headers].join("\n") + answer,
      shows,
    );
    return { status: reply.status, text: answer, body: parsed(answer) };
  }

  /** A call that has to work: the story goes on with what it made. */
  async make(method: string, path: string, options: WatchedCall = {}): Promise<WatchedAnswer["body"]> {
    const { status, text: answer, body } = await this.call(method, path, options);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${answer}`);
    return body;
  }

  /** What no HTTP client would send. */
  async sendBytes(bytes: string): Promise<void> {
    const { hostname, port } = new URL(this.#url);
    const socket = connect(Number(port), hostname).on("error", () => {});
    socket.end(bytes);
    this.keep("the answer to broken HTTP", await text(socket), []);
  }

  /** The secret is taken out where it is shown on purpose, so that it is missed when it is not there. */
  keep(name: string, content: string, shows: readonly string[]): void {
    let rest = content;
    for (const secret of shows) {
      if (!rest.includes(secret)) throw new Error(`${name} does not show what it should`);
      rest = rest.replace(secret, "");
    }
    this.places.push({ name, text: rest });
  }
}

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}
