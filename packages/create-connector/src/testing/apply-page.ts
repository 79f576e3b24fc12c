/** Does to a generated package what a page tells its reader to: whole files, and changes to files. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** `text` is the page; each block says the file after its language: "```ts src/add-task.ts", "```diff src/connection.ts". */
export function applyPage(text: string, folder: string): string[] {
  const touched: string[] = [];
  for (const [, language, path = "", block = ""] of text.matchAll(/^```(ts|diff) (\S+)\n(.*?)^```$/gms)) {
    const file = join(folder, path);
    const fresh = language === "ts" ? block : changed(readFileSync(file, "utf8"), block, path);
    writeFileSync(file, fresh);
    touched.push(path);
  }
  return touched;
}

/** Each run of `-` lines stands in the file once, and gives way to the `+` lines after it. */
function changed(source: string, block: string, path: string): string {
  let text = source;
  for (const [, old = "", fresh = ""] of block.matchAll(/((?:^-.*\n)+)((?:^\+.*\n)*)/gm)) {
    const [gone, come] = [old, fresh].map((lines) => lines.replaceAll(/^[-+]/gm, ""));
    if (text.split(gone ?? "").length !== 2) throw new Error(`${path} does not have once:\n${gone}`);
    text = text.replace(gone ?? "", () => come ?? "");
  }
  return text;
}
