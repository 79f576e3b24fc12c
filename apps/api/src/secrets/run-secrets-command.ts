/** What `pnpm secrets status` and `pnpm secrets rotate` do. Keys are told apart by their ids, which say nothing about them. */
import { formatId } from "@stellwerk/delivery";
import { countSealed, type Database, resealAll, type Sealer, type SealedPlace } from "@stellwerk/store";

export const SECRETS_USAGE = `Usage:
  pnpm secrets status    which key sealed how many secrets
  pnpm secrets rotate    seal with STELLWERK_SECRET_KEY what STELLWERK_OTHER_SECRET_KEYS open

May run beside api and dispatcher, and again after it was cut off. The order of a rotation: docs/operate/secrets.md`;

export interface SecretsCommand {
  readonly command: "status" | "rotate";
  readonly db: Database;
  readonly sealer: Sealer;
  readonly otherKeyIds: readonly string[];
  readonly print: (line: string) => void;
}

/** Undefined when they are not understood. */
export function readSecretsCommand(args: readonly string[]): SecretsCommand["command"] | undefined {
  const [command, ...more] = args;
  return more.length === 0 && (command === "status" || command === "rotate") ? command : undefined;
}

/** The exit code: 0 when everything is sealed with the current key. */
export async function runSecretsCommand(options: SecretsCommand): Promise<number> {
  if (options.command === "rotate") await rotate(options);
  const left = await showStatus(options);
  if (left === 0) options.print("Everything is sealed with the current key; no other key is needed any more");
  else options.print(`${left} left that another key sealed`);
  return left === 0 ? 0 : 1;
}

async function rotate({ db, sealer, print }: SecretsCommand): Promise<void> {
  const { resealed, unopened } = await resealAll(db, sealer, (progress) => {
    print(`${progress.resealed} sealed anew, ${progress.unopened.length} could not be opened`);
  });
  for (const { place, id, why } of unopened) print(`${publicId(place, id)}  ${why}`);
  print(`Done: ${resealed} sealed anew, ${unopened.length} could not be opened`);
}

/** Answers how many are not under the current key. */
async function showStatus({ db, sealer, otherKeyIds, print }: SecretsCommand): Promise<number> {
  print(`The current key is ${sealer.keyId}`);
  let left = 0;
  for (const { place, keyId, count } of await countSealed(db)) {
    const isCurrent = keyId === sealer.keyId;
    if (!isCurrent) left += count;
    const which = isCurrent ? "current" : otherKeyIds.includes(keyId) ? "other" : "not among ours";
    print(`${count}  ${place}${count === 1 ? "" : "s"}  sealed with ${keyId} (${which})`);
  }
  return left;
}

function publicId(place: SealedPlace, id: string): string {
  if (place === "authorization") return id;
  return formatId(place === "source" ? "src" : "con", id);
}
