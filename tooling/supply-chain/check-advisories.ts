/** What `pnpm audit` found, against the advisories that somebody looked at and explained. Pure. */

export interface Advisory {
  readonly module_name: string;
  readonly title: string;
  readonly severity: string;
  readonly url: string;
  /** `GHSA-…` */
  readonly github_advisory_id?: string;
}

/** An entry of `audit-exceptions.json`. */
export interface AdvisoryException {
  /** `GHSA-…` */
  readonly advisory: string;
  /** Why it does not matter here. */
  readonly reason: string;
  /** Until then somebody looks again: `2027-02-01`. */
  readonly until: string;
}

/** At most so far ahead: an exception for ever is none. */
const MOST_DAYS_AHEAD = 180;
const DAY_MS = 86_400_000;

/** One line for every advisory without a valid exception, and for every exception that is not valid. */
export function checkAdvisories(
  advisories: readonly Advisory[],
  exceptions: readonly AdvisoryException[],
  today: Date,
): string[] {
  const wrong = exceptions.flatMap((each) => describeWrong(each, today));
  const explained = new Set(
    exceptions.filter((each) => describeWrong(each, today).length === 0).map((each) => each.advisory),
  );
  const open = advisories.filter(({ github_advisory_id: id }) => id === undefined || !explained.has(id));
  return [
    ...wrong,
    ...open.map(
      ({ severity, module_name: name, title, url }) =>
        `${severity}: ${name}: ${title} (${url}). Update it, or explain it in tooling/supply-chain/audit-exceptions.json.`,
    ),
  ];
}

function describeWrong({ advisory, reason, until }: AdvisoryException, today: Date): string[] {
  const end = Date.parse(until);
  if (reason.trim() === "") return [`The exception for ${advisory} has no reason.`];
  if (Number.isNaN(end))
    return [`The exception for ${advisory} has no date: expected "until": "2027-02-01".`];
  if (end < today.getTime()) return [`The exception for ${advisory} ended on ${until}: look at it again.`];
  if (end > today.getTime() + MOST_DAYS_AHEAD * DAY_MS) {
    return [`The exception for ${advisory} ends on ${until}: at most ${MOST_DAYS_AHEAD} days ahead.`];
  }
  return [];
}
