/** A table that reads the same in a terminal and as Markdown. */

/** Numbers stand right, text left: as the first row has it. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = header.map((title, column) => ({
    width: Math.max(title.length, 3, ...rows.map((row) => row[column]?.length ?? 0)),
    left: /^[\p{L}(]/u.test(rows[0]?.[column] ?? ""),
  }));
  const line = (cells: readonly string[]) =>
    `| ${columns.map(({ width, left }, column) => pad(cells[column] ?? "", width, left)).join(" | ")} |`;
  const rule = columns.map(({ width, left }) => (left ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}

function pad(text: string, width: number, left: boolean): string {
  return left ? text.padEnd(width) : text.padStart(width);
}
