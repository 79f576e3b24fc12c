/** Any well-formed text, control characters and emoji included. For property tests. */
import fc from "fast-check";

/** fast-check's own `string({ unit: "binary" })` means the same, and takes a second to set up. */
export function anyText(options?: { readonly minLength: number }): fc.Arbitrary<string> {
  const ascii = fc.nat(0x7f);
  const codePoint = fc.nat(0x10ffff).filter((code) => code < 0xd800 || code > 0xdfff);
  return fc.array(fc.oneof(ascii, codePoint), options).map((codes) => String.fromCodePoint(...codes));
}
