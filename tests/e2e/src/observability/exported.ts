/** Prometheus's text format, as far as names, labels and the number of series go. */

export interface Exported {
  /** By name as it is queried: with `_bucket`, `_sum` and `_count`, without `le`. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  /** As they are documented: histograms once. */
  readonly families: ReadonlySet<string>;
  readonly series: number;
}

export function readExported(...texts: readonly string[]): Exported {
  const labels = new Map<string, Set<string>>();
  const families = new Set<string>();
  let series = 0;
  for (const line of texts.join("\n").split("\n")) {
    const family = /^# TYPE (\S+)/.exec(line)?.[1];
    if (family !== undefined) families.add(family);
    const [, name, inside = ""] = /^([a-z_]\w*)(?:\{(.*)\})? \S+$/i.exec(line) ?? [];
    if (name === undefined) continue;
    series += 1;
    const names = labels.get(name) ?? new Set();
    for (const [, label = ""] of inside.matchAll(/(\w+)="/g)) names.add(label);
    labels.set(name, names);
  }
  return { labels, families, series };
}

const WORDS = new Set(["by", "without", "on", "ignoring", "and", "or", "unless", "bool", "offset"]);
/** Prometheus's own: what every scraped series gets, and whether scraping worked. */
const SCRAPED = ["job", "instance"];
const OWN_METRICS = new Set(["up"]);

/** What a PromQL expression names that is not exported: `metric` or `metric{label}`. */
export function unknownNames(expression: string, exported: Exported): string[] {
  const unknown: string[] = [];
  const metrics = new Set<string>();
  const bare = expression.replaceAll(/"[^"]*"/g, '""').replaceAll(/\[[^\]]*\]/g, "");
  const groups = [...bare.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)].flatMap(([, list = ""]) =>
    list.split(",").map((label) => label.trim()),
  );
  const terms = bare.replaceAll(/\b(?:by|without)\s*\([^)]*\)/g, " ");
  for (const [, name = "", , matchers = ""] of terms.matchAll(/\b([a-z_]\w*)\b(?!\s*\()(\{([^}]*)\})?/gi)) {
    if (WORDS.has(name)) continue;
    const known = exported.labels.get(name);
    if (known === undefined && !OWN_METRICS.has(name)) {
      unknown.push(name);
      continue;
    }
    metrics.add(name);
    for (const [, label = ""] of matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)) {
      if (known?.has(label) !== true && !SCRAPED.includes(label)) unknown.push(`${name}{${label}}`);
    }
  }
  for (const label of groups) {
    const has = [...metrics].some((name) => exported.labels.get(name)?.has(label) === true);
    if (!has && !SCRAPED.includes(label)) unknown.push(`by (${label})`);
  }
  return unknown;
}

/** The metrics that an expression names. */
export function namesIn(expression: string): string[] {
  return [...expression.matchAll(/\b(?:stellwerk|http|db|nodejs|process|v8js)_\w+/g)].map(([name]) => name);
}
