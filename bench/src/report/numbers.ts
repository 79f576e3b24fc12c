/** Numbers as tables show them. */

export const whole = (value: number): string => Math.round(value).toLocaleString("en");
export const oneDigit = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 1 });
