/** `pnpm gen connector`: a new connector as a package of this repository, complete and green. */
import { spawnSync } from "node:child_process";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { ask, generate, VERSIONS } from "@stellwerk/create-connector";
import { PNPM_VERSION, root } from "../bootstrap/workspace.mjs";

const HELP = `pnpm gen connector [--id …] [--title …] [--auth none|api-key|oauth2|client-credentials|jwt-bearer] [--action …]

What is not given is asked for.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    id: { type: "string" },
    title: { type: "string" },
    auth: { type: "string" },
    action: { type: "string" },
  },
});

if (positionals.join() === "connector") await generateConnector();
else {
  process.stdout.write(HELP);
  process.exitCode = 2;
}

async function generateConnector(): Promise<void> {
  try {
    const answers = await ask(values, process.stdin, process.stdout);
    const folder = join(root, "packages", `connector-${answers.id}`);
    generate(answers, "workspace", folder, VERSIONS);
    run("npx", "-y", `pnpm@${PNPM_VERSION}`, "install", "--no-frozen-lockfile", "--prefer-offline");
    run("oxfmt", folder);
    process.stdout.write(
      `\nMade ${relative(root, folder)}. It is complete and green:\n\n  npm test connector-${answers.id}\n  pnpm connector try ${answers.id} ${answers.action}\n\n` +
        "When it is to come with Stellwerk, add it to packages/connectors (package.json and src/built-in-connectors.ts).\n",
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function run(program: string, ...args: string[]): void {
  const { status } = spawnSync(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0)
    throw new Error(`${program} ${args.join(" ")} ended with ${status}; what was made is kept`);
}
