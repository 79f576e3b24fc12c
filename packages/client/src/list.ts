/** A list: its items one after the other, or page by page. Nothing is asked before it is iterated. */

export interface Page<Item> {
  readonly items: readonly Item[];
  /** The cursor of the page after this one; null on the last. */
  readonly next: string | null;
}

/**
 * @example
 * for await (const delivery of stellwerk.deliveries.list({ state: "dead" })) console.log(delivery.sentence);
 */
export interface List<Item> extends AsyncIterable<Item> {
  /** Newest first, as many as the list's `limit`. */
  pages(): AsyncGenerator<Page<Item>, void, undefined>;
}

export function createList<Item>(read: (cursor: string | undefined) => Promise<Page<Item>>): List<Item> {
  async function* pages(): AsyncGenerator<Page<Item>, void, undefined> {
    let cursor: string | undefined;
    do {
      const page: Page<Item> = await read(cursor);
      yield page;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }
  return {
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const page of pages()) yield* page.items;
    },
  };
}
