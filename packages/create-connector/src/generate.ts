/** Writes the package: the template's files with the answers in them. */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Answers, camelCase } from "./answers.ts";
import { type Home, packageFiles, type Versions } from "./package-files.ts";

const TEMPLATE = fileURLToPath(new URL("../template", import.meta.url));

/** A folder that is there already is never written into. */
export class FolderExistsError extends Error {
  readonly code = "create.folder_exists";
  constructor(folder: string) {
    super(`${folder} is there already; choose another id, or move it away`);
    this.name = "FolderExistsError";
  }
}

/** Answers the paths that were written, in `folder`. */
export function generate(answers: Answers, home: Home, folder: string, versions: Versions): string[] {
  if (existsSync(folder)) throw new FolderExistsError(folder);
  const files = { ...packageFiles(answers, home, versions), ...templateFiles(answers) };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return Object.keys(files).toSorted();
}

function templateFiles(answers: Answers): Record<string, string> {
  const files: Record<string, string> = {};
  for (const layer of ["common", answers.auth]) {
    const root = join(TEMPLATE, layer);
    for (const path of globSync("**/*.{ts,md,json}", { cwd: root })) {
      const text = readFileSync(join(root, path), "utf8");
      files[fill(path, answers)] = fill(keepParts(text, answers), answers);
    }
  }
  return files;
}

/** `// begin: with access` … `// end: with access` stays where there is something to be let in by. */
function keepParts(text: string, { auth }: Answers): string {
  const dropped = auth === "none" ? "with access" : "without access";
  return text
    .replaceAll(new RegExp(`^ *// begin: ${dropped}\\n[^]*?^ *// end: ${dropped}\\n`, "gm"), "")
    .replaceAll(/^ *\/\/ (?:begin|end): with(?:out)? access\n/gm, "");
}

/** The template's own words are chosen so that its files are valid as they are. */
function fill(text: string, { id, title, action }: Answers): string {
  return text
    .replaceAll("TplActionTitle", sentence(action))
    .replaceAll("tplAction", `${camelCase(action, "_")}Action`)
    .replaceAll("tpl-action", action.replaceAll("_", "-"))
    .replaceAll("tpl_action", action)
    .replaceAll("TplTitle", title)
    .replaceAll("tpl-id", id);
}

/** @example sentence("add_item") // "Add item" */
function sentence(action: string): string {
  const text = action.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
