/** A bar chart as SVG, readable on a light and on a dark page: groups of bars, each group with its own scale. */
import { oneDigit } from "./numbers.ts";

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly unit: string }[];
}

const WIDTH = 760;
const MARGIN = 16;
const LABELS = 300;
const VALUES = 110;
const BAR = 16;
const STEP = 22;
const TITLE = 30;

const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-weight: 600; }
.label { text-anchor: end; }
rect { fill: #0969da; }
.first { fill: #8c959f; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  rect { fill: #58a6ff; }
  .first { fill: #6e7681; }
}`;

/** The first bar of each group is what the others are compared with. */
export function renderBarChart(about: string, groups: readonly BarGroup[]): string {
  const parts: string[] = [];
  let y = MARGIN;
  for (const { title, bars } of groups) {
    parts.push(`<text class="title" x="${MARGIN}" y="${y + 15}">${escapeXml(title)}</text>`);
    y += TITLE;
    const most = Math.max(...bars.map(({ value }) => finite(value)), Number.MIN_VALUE);
    for (const [index, { label, value, unit }] of bars.entries()) {
      const width = Math.max(1, ((WIDTH - 2 * MARGIN - LABELS - VALUES) * finite(value)) / most);
      const x = MARGIN + LABELS + 8;
      parts.push(
        `<text class="label" x="${MARGIN + LABELS}" y="${y + 13}">${escapeXml(label)}</text>`,
        `<rect${index === 0 ? ' class="first"' : ""} x="${x}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>`,
        `<text x="${(x + width + 6).toFixed(1)}" y="${y + 13}">${Number.isFinite(value) ? oneDigit(value) : "–"} ${escapeXml(unit)}</text>`,
      );
      y += STEP;
    }
    y += STEP / 2;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + MARGIN}" viewBox="0 0 ${WIDTH} ${y + MARGIN}" role="img">`,
    `<title>${escapeXml(about)}</title>`,
    `<style>${STYLE}\n</style>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

/** What could not be measured has no length. */
const finite = (value: number): number => (Number.isFinite(value) ? value : 0);

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
