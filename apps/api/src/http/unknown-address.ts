/** The answer for an address that no route has: which ones come closest. */
import { notFound, type ProblemError } from "../errors.ts";
import { nearest } from "./nearest.ts";

const SHOWN = 3;
/** Enough to tell any beginning of ours from another. Comparing more would make a flood of 404s dear. */
const COMPARED_CHARACTERS = 24;

/** @example describeUnknown([{ method: "GET", path: "/v1/events/{id}" }])("/v1/event/evt_1") */
export function describeUnknown(
  routes: readonly { readonly method: string; readonly path: string }[],
): (path: string) => ProblemError {
  const beginnings = [...new Set(routes.map(({ path }) => beginningOf(path)))];
  return (path) => {
    const [closest = ""] = nearest(beginningOf(path).slice(0, COMPARED_CHARACTERS), beginnings, 1);
    const there = routes.filter((route) => beginningOf(route.path) === closest);
    const alike = there.filter((route) => depthOf(route.path) === depthOf(path));
    const shown = (alike.length > 0 ? alike : there).slice(0, SHOWN);
    return notFound("There is nothing at this address", {
      message: "there is nothing at this address",
      expected: shown.map((route) => `${route.method} ${route.path}`).join(", "),
      fix: "Check the spelling; GET /openapi.json lists every address.",
    });
  };
}

/** `/v1/events/{id}` -> `/v1/events`, `/hooks/{token}` -> `/hooks` */
function beginningOf(path: string): string {
  const parts = path.split("/", 3);
  return parts.filter((part) => !part.startsWith("{")).join("/");
}

function depthOf(path: string): number {
  return path.split("/", 10).length;
}
