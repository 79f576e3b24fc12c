/** The HTTP API as a test uses it: JSON in, JSON out, every page of a list. */

export interface ApiAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface ApiDelivery {
  readonly id: string;
  /** What the target sees as `webhook-id`. */
  readonly key: string;
  readonly eventId: string;
  readonly subscriptionId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly attemptCount: number;
  readonly possiblySent: boolean;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

const MOST_PER_PAGE = 200;

export class ApiClient {
  readonly baseUrl: string;
  readonly #key: string;

  constructor(baseUrl: string, key: string) {
    this.baseUrl = baseUrl;
    this.#key = key;
  }

  async call<Body>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer<Body>> {
    const answer = await fetch(this.baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: (text === "" ? undefined : JSON.parse(text)) as Body,
    };
  }

  get<Body>(path: string): Promise<Body> {
    return this.#expect<Body>("GET", path);
  }

  post<Body>(path: string, body: unknown): Promise<Body> {
    return this.#expect<Body>("POST", path, body);
  }

  /** Every item of a list, newest first. */
  async list<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ limit: String(MOST_PER_PAGE), ...(cursor !== null && { cursor }) });
      const page: Page<Item> = await this.get(`${path}${path.includes("?") ? "&" : "?"}${query.toString()}`);
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return items;
  }

  deliveriesOf(subscriptionId: string): Promise<ApiDelivery[]> {
    return this.list<ApiDelivery>(`/v1/deliveries?subscription=${subscriptionId}`);
  }

  async #expect<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await this.call<Body>(method, path, body);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }
}
