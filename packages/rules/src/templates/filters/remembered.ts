/** Intl's formatters take longer to make than to use; the few that an installation needs are kept. */

const MAX_KEPT = 100;

/**
 * `make` may refuse by throwing, as Intl does; then there is none.
 *
 * @example
 * const formatterOf = remembered((key: string) => new Intl.NumberFormat(key));
 */
export function remembered<Made>(make: (...key: string[]) => Made): (...key: string[]) => Made | undefined {
  const kept = new Map<string, Made>();
  return (...key) => {
    const name = key.join("\n");
    const known = kept.get(name);
    if (known !== undefined) return known;
    try {
      const made = make(...key);
      if (kept.size < MAX_KEPT) kept.set(name, made);
      return made;
    } catch {
      return undefined;
    }
  };
}
