/** From when a price is to count, as it stands in a form. */
export interface FromDraft {
  readonly text: string;
  /** As the API takes it; undefined for as soon as it may. */
  readonly effectiveAt?: string;
  /** Something stands in the field that is no moment. */
  readonly isNone: boolean;
}

export const AS_SOON_AS_MAY_BE: FromDraft = { text: '', isNone: false };

/**
 * Reads a field of type `datetime-local`. One that is filled in by half has the value of an empty one and says so by `badInput`
 * alone; some browsers let years of six digits through, which make dates without a time, or times that the API cannot read.
 */
export function readFrom({ value, validity }: { value: string; validity: Pick<ValidityState, 'badInput'> }): FromDraft {
  if (value === '') return { text: '', isNone: validity.badInput };
  const time = new Date(value);
  const effectiveAt = Number.isNaN(time.getTime()) ? '' : time.toISOString();
  return /^\d{4}-/.test(effectiveAt) ? { text: value, effectiveAt, isNone: false } : { text: value, isNone: true };
}
