/** The files around a connector's source: inside this repository, and alone. */
import { type Answers, camelCase } from "./answers.ts";

/** `workspace`: a package of this repository. `alone`: one that is installed beside Stellwerk. */
export type Home = "workspace" | "alone";

export interface Versions {
  readonly kit: string;
  readonly zod: string;
  readonly typescript: string;
  readonly vitest: string;
  readonly nodeTypes: string;
}

export function packageName({ id }: Pick<Answers, "id">, home: Home): string {
  return home === "workspace" ? `@stellwerk/connector-${id}` : `stellwerk-connector-${id}`;
}

export function packageFiles(answers: Answers, home: Home, versions: Versions): Record<string, string> {
  return home === "workspace" ? inWorkspace(answers) : alone(answers, versions);
}

function inWorkspace(answers: Answers): Record<string, string> {
  return {
    "package.json": json({
      name: packageName(answers, "workspace"),
      version: "0.0.0",
      private: true,
      license: "Apache-2.0",
      type: "module",
      exports: { ".": "./src/index.ts" },
      scripts: { typecheck: "tsc", test: "vitest run" },
      dependencies: { "@stellwerk/connector-kit": "workspace:*", zod: "catalog:" },
      devDependencies: { "@types/node": "catalog:", typescript: "catalog:", vitest: "catalog:" },
    }),
    "src/index.ts": `export { connector as ${camelCase(answers.id, "-")} } from "./connector.ts";\n`,
    "tsconfig.json": json({ extends: "../../tooling/tsconfig/base.json", include: ["src"] }),
  };
}

function alone(answers: Answers, versions: Versions): Record<string, string> {
  return {
    "package.json": json({
      name: packageName(answers, "alone"),
      version: "0.1.0",
      description: `${answers.title} for Stellwerk`,
      keywords: ["stellwerk", "stellwerk-connector"],
      license: "MIT",
      type: "module",
      files: ["dist"],
      exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
      scripts: {
        build: "tsc -p tsconfig.build.json",
        prepack: "npm run build",
        test: "tsc && vitest run",
        try: "stellwerk-connector try .",
      },
      peerDependencies: { "@stellwerk/connector-kit": versions.kit, zod: versions.zod },
      devDependencies: {
        "@stellwerk/connector-kit": versions.kit,
        "@types/node": versions.nodeTypes,
        typescript: versions.typescript,
        vitest: versions.vitest,
        zod: versions.zod,
      },
      engines: { node: ">=24" },
    }),
    "src/index.ts": `export { connector as default } from "./connector.ts";\n`,
    "tsconfig.json": json({
      compilerOptions: {
        target: "es2024",
        lib: ["es2024"],
        module: "nodenext",
        types: ["node"],
        strict: true,
        noUncheckedIndexedAccess: true,
        verbatimModuleSyntax: true,
        erasableSyntaxOnly: true,
        allowImportingTsExtensions: true,
        rewriteRelativeImportExtensions: true,
        skipLibCheck: true,
        noEmit: true,
      },
      include: ["src"],
    }),
    "tsconfig.build.json": json({
      extends: "./tsconfig.json",
      compilerOptions: { noEmit: false, declaration: true, rootDir: "src", outDir: "dist" },
      exclude: ["src/**/*.test.ts", "src/testing"],
    }),
    ".gitignore": "node_modules\ndist\n",
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
