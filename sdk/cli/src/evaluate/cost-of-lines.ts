import { type Client, type Estimate, SteelyardError } from '@steelyard/client';
import { type Candidate, costOf } from '@steelyard/client/evaluation';
import type { CommandContext } from '../command-context.js';
import { ProgressBar } from '../terminal/progress-bar.js';
import type { SentLines } from './read-data.js';

/** A candidate, and the version of it that is called, so that every line goes to the same one. */
export interface Found extends Candidate {
  readonly pinned: string;
}

export interface LineCosts {
  readonly client: Pick<Client, 'estimate'>;
  readonly candidates: readonly Found[];
  readonly data: SentLines;
  readonly flags: { readonly concurrency: number; readonly deadline?: number | undefined };
}

/**
 * What every model costs at most on every line, in nano-units of each currency; free units may make it less. Where a price is not by the call alone, the
 * platform is asked line by line, which runs nothing.
 * @throws SteelyardError
 */
export async function costOfLines(context: CommandContext, { client, candidates, data, flags }: LineCosts): Promise<ReadonlyMap<string, bigint>> {
  const count = data.lines.length;
  const byCall = candidates.filter((candidate) => costOf([candidate], count) !== undefined);
  const costs = new Map(costOf(byCall, count));
  const asked = candidates.filter((candidate) => !byCall.includes(candidate)).flatMap((candidate) => data.lines.map((line) => ({ candidate, line })));
  if (asked.length === 0) return costs;
  const bar = new ProgressBar(context.io.stderr, 'estimating', asked.length, String);
  let done = 0;
  const waiting = asked.values();
  const work = async (): Promise<void> => {
    for (const { candidate, line } of waiting) {
      const estimate = await client.estimate(candidate.pinned, data.sent(line), { deadlineMs: flags.deadline }).catch(unlessRefused);
      const { currency } = candidate.price;
      costs.set(currency, (costs.get(currency) ?? 0n) + mostOf(estimate));
      if (!context.flags.json) bar.update(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(flags.concurrency, asked.length) }, work)).finally(() => bar.clear());
  return costs;
}

/** An input that the model does not take costs nothing; the evaluation counts it as failed. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof SteelyardError && error.kind === 'invalid') return undefined;
  throw error;
}

/** Without the free units: they cover this call, and not all of them. */
function mostOf(estimate: Estimate | undefined): bigint {
  return (estimate?.lines ?? []).reduce((sum, { mostNano }) => sum + mostNano, 0n);
}
