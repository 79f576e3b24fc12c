/** Percent-encoding, decoded to bytes: what the bytes mean is for the caller to say. */

const PERCENT = 0x25;

/** A `%` that two hex digits do not follow stands for itself, as browsers have it. */
export function percentDecode(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  let length = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const high = hexDigit(bytes[index + 1]);
    const low = hexDigit(bytes[index + 2]);
    const isEncoded = bytes[index] === PERCENT && high !== undefined && low !== undefined;
    bytes[length] = isEncoded ? high * 16 + low : (bytes[index] ?? 0);
    if (isEncoded) index += 2;
    length += 1;
  }
  return bytes.subarray(0, length);
}

function hexDigit(code: number | undefined): number | undefined {
  if (code === undefined) return undefined;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : undefined;
}
