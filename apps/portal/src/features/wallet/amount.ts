import { parseNano } from '@steelyard/kernel/pricing';

/** Nano-units of a cent: Stripe takes no less. */
const CENT_NANO = 10_000_000n;

export type AmountProblem = 'form' | 'cents' | 'small' | 'large';

/** The amount that somebody has written, in nano-units, or what is wrong with it. */
export function readAmount(text: string, { minimum, maximum }: { readonly minimum: string; readonly maximum: string }): { readonly nano: bigint } | { readonly problem: AmountProblem } {
  let nano: bigint;
  try {
    nano = parseNano(text.trim());
  } catch {
    return { problem: 'form' };
  }
  if (nano < parseNano(minimum)) return { problem: 'small' };
  if (nano > parseNano(maximum)) return { problem: 'large' };
  return nano % CENT_NANO === 0n ? { nano } : { problem: 'cents' };
}
