/** `docs/config.md`, made from the settings so that it cannot fall behind them. */
import { describeSettings } from "./settings.ts";
import { stellwerkSettings } from "./stellwerk-settings.ts";

export function configDocument(): string {
  const rows = describeSettings(stellwerkSettings).map(
    ({ name, default: fallback, text }) =>
      `| \`${name}\` | ${fallback === "" ? "" : `\`${fallback}\``} | ${text.help} Accepts ${text.expected}. |`,
  );
  return [
    "# Configuration",
    "",
    "Environment variables over defaults; there is no file. A wrong value stops the start, and all problems are told together.",
    "",
    "| variable | default | what it is |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
