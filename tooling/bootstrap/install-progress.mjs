/** Turns the package manager's output into one line that says how far it is, and keeps the output for a failure. */

const REDRAW_MS = 500;
/** Where lines cannot be redrawn (a log file), one now and then shows that it goes on. */
const LOG_EVERY_MS = 5_000;
const KEPT_CHARACTERS = 64 * 1024;

/** Of no use in a failure: npm settings that a newer npm will not know do no harm. */
const NOISE = /Unknown (user|env|project|builtin|global) config|^\++$/;

/**
 * @param {string} title
 * @param {NodeJS.WriteStream} out
 */
export function startProgress(title, out = process.stdout) {
  const startedAt = Date.now();
  let output = "";
  let doing = "getting pnpm";

  const draw = () => {
    const line = `  ${seconds(startedAt)} ${doing}`;
    out.write(out.isTTY ? `\r\u001B[K${line.slice(0, (out.columns ?? 80) - 1)}` : `${line}\n`);
  };
  out.write(`${title}\n`);
  const timer = setInterval(draw, out.isTTY ? REDRAW_MS : LOG_EVERY_MS);

  return {
    /** Takes a piece of the output. */
    read(chunk) {
      output = (output + String(chunk)).slice(-KEPT_CHARACTERS);
      doing = describeProgress(String(chunk)) ?? doing;
    },
    /** Ends the display and returns the output without what helps nobody. */
    stop(word) {
      clearInterval(timer);
      out.write(`${out.isTTY ? "\r\u001B[K" : ""}  ${seconds(startedAt)} ${word}\n`);
      return output
        .split("\n")
        .filter((line) => !NOISE.test(line))
        .join("\n")
        .trim();
    },
  };
}

/**
 * What the output says about how far it is, or `undefined` when it says nothing.
 *
 * @param {string} text
 */
export function describeProgress(text) {
  const counts = [...text.matchAll(/resolved (\d+), reused (\d+), downloaded (\d+), added (\d+)/g)].pop();
  if (/(pre|post)?install\$/.test(text)) return "setting up Node 24 and PostgreSQL";
  if (!counts) return undefined;
  const [, resolved, reused, downloaded] = counts;
  return `${Number(reused) + Number(downloaded)} of ${resolved} packages`;
}

function seconds(startedAt) {
  return `${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(3)} s`;
}
