/** Whether every package we install may be used and passed on as we do. Pure. */

/** All say: use it, keep the notice. None asks anything of those who run or change Stellwerk. */
const ALLOWED: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "PostgreSQL",
  "Unlicense",
  "Zlib",
]);

export interface LicenseException {
  /** Its name, and all that begin with it and a dash (the builds of one program for each system). */
  readonly name: string;
  readonly license: string;
  readonly reason: string;
}

const EXCEPTIONS: readonly LicenseException[] = [
  {
    name: "lightningcss",
    license: "MPL-2.0",
    reason: "comes with vite; runs while developing, is not changed and not passed on",
  },
];

/** As `pnpm licenses list --json` has it: packages by what their manifest says. */
export type LicenseList = Readonly<Record<string, readonly { readonly name: string }[]>>;

/** One line for every package that is not covered, and for every exception that is not needed any more. */
export function checkLicenses(
  list: LicenseList,
  exceptions: readonly LicenseException[] = EXCEPTIONS,
): string[] {
  const used = new Set<LicenseException>();
  const problems = Object.entries(list).flatMap(([license, packages]) => {
    if (isAllowed(license)) return [];
    return packages.flatMap(({ name }) => {
      const exception = exceptions.find((each) => each.license === license && covers(each, name));
      if (exception === undefined) {
        return [
          `${name} is under ${license}: expected one of ${[...ALLOWED].join(", ")}. Do without it, or add an exception with its reason.`,
        ];
      }
      used.add(exception);
      return [];
    });
  });
  const unused = exceptions.filter((each) => !used.has(each));
  return [
    ...problems,
    ...unused.map(({ name }) => `The exception for ${name} is not needed any more: remove it.`),
  ];
}

function covers({ name }: LicenseException, asked: string): boolean {
  return asked === name || asked.startsWith(`${name}-`);
}

/** Of an SPDX expression: all parts of an AND, one part of an OR. */
export function isAllowed(expression: string): boolean {
  const plain = expression.trim().replace(/^\((.*)\)$/, "$1");
  if (/ OR /.test(plain)) return plain.split(" OR ").some(isAllowed);
  if (/ AND /.test(plain)) return plain.split(" AND ").every(isAllowed);
  return ALLOWED.has(plain);
}
