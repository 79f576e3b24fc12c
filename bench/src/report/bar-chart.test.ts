import { expect, test } from "vitest";
import { renderBarChart } from "./bar-chart.ts";

const groups = [
  {
    title: "p99 <of> the nine",
    bars: [
      { label: "before", value: 50, unit: "ms" },
      { label: "one hangs", value: 100, unit: "ms" },
    ],
  },
  { title: "unknown", bars: [{ label: "memory", value: Number.NaN, unit: "MB" }] },
];

test("bars of one group are as long as their values say", () => {
  const widths = [...renderBarChart("x", groups).matchAll(/<rect.* width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  expect(widths[1]).toBeCloseTo((widths[0] ?? 0) * 2);
});

test("text cannot break out of the picture", () => {
  expect(renderBarChart('a "b" & c', groups)).toContain("p99 &lt;of> the nine");
});

test("what could not be measured is shown as a dash", () => {
  const chart = renderBarChart("x", groups);
  expect(chart).toContain("– MB");
  expect(chart).not.toContain("NaN");
});

test("both colour schemes of a reader are served", () => {
  expect(renderBarChart("x", groups)).toContain("prefers-color-scheme: dark");
});
