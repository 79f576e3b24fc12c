/** The kit's contract as third parties name it: `kit: "^1"` in their definition. */

/**
 * Its major rises with every change that an existing connector would notice. A test holds it to the package's version
 * from the first release on.
 */
export const KIT_VERSION = "1.0.0";
