export interface Takedown {
  readonly ref: string;
  readonly reason: string;
  readonly since: string;
  readonly appeal: string | null;
  readonly appealedAt: string | null;
  readonly decision: string | null;
  readonly decisionReason: string | null;
  readonly decidedAt: string | null;
}

export const TAKEDOWN_FIELDS = 'ref reason since appeal appealedAt decision decisionReason decidedAt';

/** What the owner of a model has to know of it. */
export function takedownText(takedown: Takedown): string {
  const { ref, reason, since, appeal, appealedAt, decision, decisionReason, decidedAt } = takedown;
  const lines = [decision === 'RESTORED' ? `The operator had taken it down on ${since}: ${reason}` : `The operator has taken it down on ${since}, and no call is answered: ${reason}`];
  if (appeal !== null) lines.push(`Your note of ${appealedAt}: ${appeal}`);
  if (decision !== null) lines.push(`${decision === 'RESTORED' ? 'Restored' : 'Kept'} on ${decidedAt}: ${decisionReason}`);
  if (appeal === null && decision !== 'RESTORED') lines.push(`To answer: steelyard model appeal ${ref} --note "..."`);
  return lines.join('\n');
}
