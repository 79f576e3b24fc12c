/** What a file imports, by a real parser: examples in comments and strings are no imports. */
import { parseSync } from "oxc-parser";

export interface Import {
  readonly from: string;
  /** The imported names; "*" for a namespace, a re-export of everything or an `import()`. */
  readonly names: readonly string[];
  readonly line: number;
}

export function readImports(file: string, source: string): Import[] {
  const { module, errors } = parseSync(file, source);
  if (errors.length > 0)
    throw new Error(`${file} cannot be parsed: ${errors.map((each) => each.message).join("; ")}`);
  const lineOf = (offset: number) => source.slice(0, offset).split("\n").length;

  const imports = module.staticImports.map(({ start, moduleRequest, entries }) => ({
    from: moduleRequest.value,
    names: entries.map(
      ({ importName }) => importName.name ?? (importName.kind === "NamespaceObject" ? "*" : "default"),
    ),
    line: lineOf(start),
  }));
  const reexports = module.staticExports.flatMap(({ start, entries }) =>
    entries.flatMap(({ moduleRequest, importName }) =>
      moduleRequest
        ? [{ from: moduleRequest.value, names: [importName.name ?? "*"], line: lineOf(start) }]
        : [],
    ),
  );
  const dynamic = module.dynamicImports.flatMap(({ start, moduleRequest }) => {
    const literal = /^["'](.+)["']$/.exec(source.slice(moduleRequest.start, moduleRequest.end))?.[1];
    return literal === undefined ? [] : [{ from: literal, names: ["*"], line: lineOf(start) }];
  });
  return [...imports, ...reexports, ...dynamic];
}
