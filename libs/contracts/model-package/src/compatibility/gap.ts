import type { Problem } from '../problem.js';

/** Which side of a contract is compared: of an input callers rely on what is taken, of an output on what is given. */
export type Side = 'input' | 'output';

/** Why a value of the narrower side's making may be refused on the other. */
export type Gap =
  | { readonly kind: 'required' }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'alternative' }
  | { readonly kind: 'type'; readonly from: string; readonly to: string }
  | { readonly kind: 'values'; readonly values: readonly unknown[] }
  | { readonly kind: 'listed'; readonly values: readonly unknown[] }
  | { readonly kind: 'rule'; readonly rule: string; readonly from: unknown; readonly to: unknown };

const VALUES_SHOWN_MAX = 10;

/** A gap in words. In an input, values go from the old version to the new one; in an output, from the new one to callers of the old. */
export function describeGap(gap: Gap, side: Side, path: string): Problem {
  return { path, message: side === 'input' ? ofInput(gap) : ofOutput(gap) };
}

function ofInput(gap: Gap): string {
  switch (gap.kind) {
    case 'required':
      return 'is required now';
    case 'dropped':
      return 'is not taken any more';
    case 'closed':
      return 'takes no other fields any more';
    case 'alternative':
      return 'does not take all of its alternatives any more';
    case 'type':
      return `was ${gap.from} and takes only ${gap.to} now`;
    case 'values':
      return `does not take ${list(gap.values)} any more`;
    case 'listed':
      return `takes only ${list(gap.values)} now`;
    case 'rule':
      return changed(gap.rule, gap.from, gap.to);
  }
}

function ofOutput(gap: Gap): string {
  switch (gap.kind) {
    case 'required':
      return 'may be missing now';
    case 'dropped':
      return 'is not given any more';
    case 'closed':
      return 'may have other fields now';
    case 'alternative':
      return 'has an alternative now that it had not';
    case 'type':
      return `was ${gap.to} and may be ${gap.from} now`;
    case 'values':
      return `may be ${list(gap.values)} now`;
    case 'listed':
      return `may be something else now than ${list(gap.values)}`;
    case 'rule':
      return changed(gap.rule, gap.to, gap.from);
  }
}

function changed(rule: string, before: unknown, after: unknown): string {
  const text = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value));
  return `${rule} was ${text(before)} and is ${text(after)} now`;
}

function list(values: readonly unknown[]): string {
  const shown = values.slice(0, VALUES_SHOWN_MAX).map((value) => JSON.stringify(value)).join(', ');
  return values.length > VALUES_SHOWN_MAX ? `${shown} and ${values.length - VALUES_SHOWN_MAX} more` : shown;
}

/** Compares two schemas within two others. */
export type Compare = (from: unknown, to: unknown, path: string) => Problem[];
