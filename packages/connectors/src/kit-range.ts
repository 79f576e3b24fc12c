/** Whether a connector was written for this kit: `^1`, `~1.2`, `1.4.0`. */

/** @example fitsKit("^1.2", "1.4.0") // true */
export function fitsKit(range: string, version: string): boolean {
  const [, operator = "", numbers = ""] = /^([\^~]?)(\d+(?:\.\d+){0,2})$/.exec(range) ?? [];
  if (numbers === "") return false;
  const wanted = numbers.split(".").map(Number);
  const has = version.split(".").map((part) => Number.parseInt(part, 10));
  // Below 1, each minor is what a major is later.
  const fixed = operator === "^" ? (wanted[0] === 0 ? 2 : 1) : operator === "~" ? 2 : wanted.length;
  for (let place = 0; place < wanted.length; place += 1) {
    const [asked = 0, given = 0] = [wanted[place], has[place]];
    if (given === asked) continue;
    return given > asked && place >= fixed;
  }
  return true;
}
