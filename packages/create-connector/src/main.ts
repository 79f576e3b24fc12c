#!/usr/bin/env node
/** `npm create @stellwerk/connector`: a package of one's own, to be installed beside Stellwerk. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const HELP = `npm create @stellwerk/connector -- [folder]

  --id       stable for ever: campaign-monitor
  --title    as the vendor writes itself: "Campaign Monitor"
  --auth     none, api-key, oauth2, client-credentials or jwt-bearer
  --action   the first one: add_subscriber

What is not given is asked for.
`;

/** What is made runs TypeScript as it is. */
const NODE_MAJOR = 24;

try {
  if (Number(process.versions.node.split(".")[0]) < NODE_MAJOR)
    throw new Error(
      `A connector is written with Node ${NODE_MAJOR} or newer; this is ${process.version}. Install it and try again.`,
    );
  // Not before: an older Node cannot even load it.
  const { ask, generate, packageName, VERSIONS } = await import("./index.ts");
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      id: { type: "string" },
      title: { type: "string" },
      auth: { type: "string" },
      action: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
  } else {
    const answers = await ask(values, process.stdin, process.stdout);
    const folder = resolve(positionals[0] ?? packageName(answers, "alone"));
    generate(answers, "alone", folder, VERSIONS);
    process.stdout.write(
      `\nMade ${folder}. It is complete and green:\n\n  cd ${folder}\n  npm install\n  npm test\n  npm run try -- ${answers.action}\n\n`,
    );
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
