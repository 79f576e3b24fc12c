/** How much of a form we take. Far above any real form, far below what could hurt. */
export interface FormLimits {
  readonly bytes: number;
  /** Files count too. */
  readonly fields: number;
  readonly nameCharacters: number;
}

export const FORM_LIMITS: FormLimits = { bytes: 1024 * 1024, fields: 500, nameCharacters: 200 };
