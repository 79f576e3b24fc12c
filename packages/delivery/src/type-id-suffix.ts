/**
 * A UUID as the 26 characters behind a TypeID's prefix. Every event writes several ids: typeid-js takes three
 * times as long for one (measured).
 */

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
/** Ten bits at a time. */
const PAIRS = Array.from({ length: 1_024 }, (_, bits) => `${ALPHABET[bits >> 5]}${ALPHABET[bits & 31]}`);
const UUID_LENGTH = 36;
const DASHES = new Set([8, 13, 18, 23]);
/** Where a UUID has its 32 hex digits. */
const DIGITS = Array.from({ length: UUID_LENGTH }, (_, index) => index).filter((index) => !DASHES.has(index));
/** By character code; 255 is no hex digit. */
const VALUES = new Uint8Array(128).fill(255);
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16);
  VALUES[digit.charCodeAt(0)] = value;
  VALUES[digit.toUpperCase().charCodeAt(0)] = value;
}

/** @example typeIdSuffix("0192d3f0-1234-7abc-8def-0123456789ab") // "01jb9z04hmfay8vvr14d2pf2db" */
export function typeIdSuffix(uuid: string): string {
  if (uuid.length !== UUID_LENGTH) throw notUuid(uuid);
  const digit = (place: number): number => {
    const value = VALUES[uuid.charCodeAt(DIGITS[place] ?? 0)] ?? 255;
    if (value === 255) throw notUuid(uuid);
    return value;
  };
  // 128 bits: two characters for the first 8, then four for every 20.
  let suffix = PAIRS[(digit(0) << 4) | digit(1)] ?? "";
  for (let place = 2; place < 32; place += 5) {
    const bits =
      (digit(place) << 16) |
      (digit(place + 1) << 12) |
      (digit(place + 2) << 8) |
      (digit(place + 3) << 4) |
      digit(place + 4);
    suffix += `${PAIRS[bits >> 10]}${PAIRS[bits & 1_023]}`;
  }
  return suffix;
}

function notUuid(text: string): TypeError {
  return new TypeError(`Expected a UUID, received ${JSON.stringify(text)}`);
}
