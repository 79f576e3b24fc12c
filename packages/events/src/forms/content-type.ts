/** Headers of the kind `form-data; name="email"`: a value and its parameters. */

export interface HeaderWithParameters {
  /** Lower case: `multipart/form-data`. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const PARAMETER = /;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/y;

/**
 * @example
 * parseHeader('multipart/form-data; boundary="x"').parameters.get("boundary") // "x"
 */
export function parseHeader(header: string): HeaderWithParameters {
  const end = header.indexOf(";");
  const parameters = new Map<string, string>();
  const value = (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
  PARAMETER.lastIndex = end === -1 ? header.length : end;
  for (let found = PARAMETER.exec(header); found !== null; found = PARAMETER.exec(header)) {
    const [, name = "", quoted, bare = ""] = found;
    // The first one counts: a second `name` must not rename a field behind a filter's back.
    if (!parameters.has(name.toLowerCase())) {
      parameters.set(name.toLowerCase(), quoted === undefined ? bare : quoted.replaceAll(/\\(.)/g, "$1"));
    }
  }
  return { value, parameters };
}
