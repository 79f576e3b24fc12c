/**
 * Ring: a queue from whose middle one can leave, and whose front can be sent to the back. A linked list, because a
 * Set does this in O(n): taking from its front leaves holes that every look at the front walks over.
 */

interface Link<T> {
  readonly item: T;
  before: Link<T> | undefined;
  after: Link<T> | undefined;
}

export class Ring<T> {
  readonly #links = new Map<T, Link<T>>();
  #front: Link<T> | undefined;
  #back: Link<T> | undefined;

  get size(): number {
    return this.#links.size;
  }

  has(item: T): boolean {
    return this.#links.has(item);
  }

  /** To the back; where it was when it is in already. */
  add(item: T): void {
    if (this.#links.has(item)) return;
    const link: Link<T> = { item, before: undefined, after: undefined };
    this.#links.set(item, link);
    this.#append(link);
  }

  delete(item: T): boolean {
    const link = this.#links.get(item);
    if (link === undefined) return false;
    this.#links.delete(item);
    this.#unlink(link);
    return true;
  }

  /** The front one, which goes to the back. */
  rotate(): T | undefined {
    const link = this.#front;
    if (link === undefined) return undefined;
    if (link !== this.#back) {
      this.#unlink(link);
      this.#append(link);
    }
    return link.item;
  }

  #append(link: Link<T>): void {
    link.before = this.#back;
    link.after = undefined;
    if (this.#back === undefined) this.#front = link;
    else this.#back.after = link;
    this.#back = link;
  }

  #unlink(link: Link<T>): void {
    if (link.before === undefined) this.#front = link.after;
    else link.before.after = link.after;
    if (link.after === undefined) this.#back = link.before;
    else link.after.before = link.before;
  }
}
