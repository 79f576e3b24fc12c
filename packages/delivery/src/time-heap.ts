/** Time heap: what is to be looked at when, the earliest first. */

interface Entry<T> {
  readonly atMs: number;
  readonly item: T;
}

export class TimeHeap<T> {
  readonly #entries: Entry<T>[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** When the earliest is due; undefined when there is none. */
  get nextAtMs(): number | undefined {
    return this.#entries[0]?.atMs;
  }

  push(atMs: number, item: T): void {
    const entries = this.#entries;
    const entry = { atMs, item };
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = entries[above];
      if (parent === undefined || parent.atMs <= atMs) break;
      entries[at] = parent;
      at = above;
    }
    entries[at] = entry;
  }

  /** The earliest, when its time has come. */
  popDue(nowMs: number): T | undefined {
    const first = this.#entries[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = this.#entries.pop();
    if (last !== undefined && this.#entries.length > 0) this.#sink(last);
    return first.item;
  }

  /** Leaves out what need not be looked at any more. */
  sift(isWanted: (entry: Entry<T>) => boolean): void {
    const wanted = this.#entries.filter(isWanted).toSorted((one, other) => one.atMs - other.atMs);
    this.#entries.splice(0, this.#entries.length, ...wanted);
  }

  #sink(entry: Entry<T>): void {
    const entries = this.#entries;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const right = entries[below + 1];
      let child = entries[below];
      if (child === undefined) break;
      if (right !== undefined && right.atMs < child.atMs) {
        child = right;
        below += 1;
      }
      if (child.atMs >= entry.atMs) break;
      entries[at] = child;
      at = below;
    }
    entries[at] = entry;
  }
}
