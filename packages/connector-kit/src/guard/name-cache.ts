/**
 * Names to addresses, by c-ares: every question is a packet of its own, while the system's resolver has four
 * threads, which four names with a hanging server would hold for everybody.
 *
 * c-ares reads no /etc/hosts. That is wanted: the file is about the machine we run on, and what it names are its
 * neighbours. A name that containers have for each other is DNS and works.
 */
import { LRUCache } from "lru-cache";
import type { AddressRecord, NameResolver } from "../network.ts";

export interface NameCacheOptions {
  readonly resolver: NameResolver;
  /** Longest wait for a name. */
  readonly deadlineMs?: number | undefined;
  readonly maxNames?: number | undefined;
}

export type Resolution =
  | { readonly ok: true; readonly addresses: readonly string[] }
  /** `code` is c-ares's: ENOTFOUND, ESERVFAIL, ETIMEOUT, … */
  | { readonly ok: false; readonly code: string };

const DEADLINE_MS = 5_000;
/** For the second family, once one has answered: some name servers never answer the question for IPv6. */
const OTHER_FAMILY_MS = 1_000;
/** However long a record may be kept: a receiver that moves is found again soon. */
const LONGEST_KEPT_MS = 30_000;
/** Names that do not exist, and name servers in trouble: enough to spare them a flood of retries. */
const ABSENT_KEPT_MS = 5_000;
const TROUBLE_KEPT_MS = 1_000;

const TIMED_OUT = { ok: false, code: "ETIMEOUT" } as const;

interface FamilyAnswer {
  readonly addresses: readonly string[];
  readonly ttlMs: number;
  readonly code: string | undefined;
}

export class NameCache {
  readonly #resolver: NameResolver;
  readonly #deadlineMs: number;
  readonly #known: LRUCache<string, Resolution>;
  /** So that 256 connections to one name ask once. */
  readonly #asked = new Map<string, Promise<Resolution>>();

  constructor({ resolver, deadlineMs, maxNames }: NameCacheOptions) {
    this.#resolver = resolver;
    this.#deadlineMs = deadlineMs ?? DEADLINE_MS;
    this.#known = new LRUCache({ max: maxNames ?? 1_000 });
  }

  async resolve(name: string): Promise<Resolution> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    let asked = this.#asked.get(name);
    if (asked === undefined) {
      asked = this.#ask(name).finally(() => this.#asked.delete(name));
      this.#asked.set(name, asked);
    }
    return asked;
  }

  async #ask(name: string): Promise<Resolution> {
    const options = { ttl: true } as const;
    const [v4, v6] = await bothFamilies(
      readFamily(this.#resolver.resolve4(name, options)),
      readFamily(this.#resolver.resolve6(name, options)),
      this.#deadlineMs,
    );
    // IPv4 first: machines without a way to the IPv6 internet are common, receivers without IPv4 are not.
    const addresses = [...(v4?.addresses ?? []), ...(v6?.addresses ?? [])];
    if (addresses.length > 0) {
      const ttlMs = Math.min(v4?.ttlMs ?? LONGEST_KEPT_MS, v6?.ttlMs ?? LONGEST_KEPT_MS, LONGEST_KEPT_MS);
      return this.#keep(name, { ok: true, addresses }, ttlMs);
    }
    const codes = [v4?.code ?? TIMED_OUT.code, v6?.code ?? TIMED_OUT.code];
    const trouble = codes.find((code) => code !== "ENOTFOUND" && code !== "ENODATA");
    if (trouble !== undefined) return this.#keep(name, { ok: false, code: trouble }, TROUBLE_KEPT_MS);
    return this.#keep(name, { ok: false, code: codes[0] ?? "ENOTFOUND" }, ABSENT_KEPT_MS);
  }

  #keep(name: string, resolution: Resolution, keptMs: number): Resolution {
    if (keptMs > 0) this.#known.set(name, resolution, { ttl: keptMs });
    return resolution;
  }
}

async function readFamily(records: Promise<readonly AddressRecord[]>): Promise<FamilyAnswer> {
  try {
    const found = await records;
    const ttl = Math.min(...found.map((record) => record.ttl), LONGEST_KEPT_MS / 1_000);
    return { addresses: found.map((record) => record.address), ttlMs: ttl * 1_000, code: undefined };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "EUNKNOWN";
    return { addresses: [], ttlMs: LONGEST_KEPT_MS, code };
  }
}

/** Both, or what is there when the time is up. The one that is late is not waited for, nor used later. */
function bothFamilies(
  first: Promise<FamilyAnswer>,
  second: Promise<FamilyAnswer>,
  deadlineMs: number,
): Promise<[FamilyAnswer | undefined, FamilyAnswer | undefined]> {
  return new Promise((resolve) => {
    const answers: [FamilyAnswer | undefined, FamilyAnswer | undefined] = [undefined, undefined];
    const end = (): void => {
      clearTimeout(timer);
      resolve(answers);
    };
    let timer = setTimeout(end, deadlineMs).unref();
    const take = (place: 0 | 1, answer: FamilyAnswer): void => {
      answers[place] = answer;
      if (answers[1 - place] !== undefined) return end();
      if (answer.addresses.length === 0) return;
      clearTimeout(timer);
      timer = setTimeout(end, Math.min(OTHER_FAMILY_MS, deadlineMs)).unref();
    };
    void first.then((answer) => take(0, answer));
    void second.then((answer) => take(1, answer));
  });
}
