import { Inject } from '@nestjs/common';
import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Canary } from '@steelyard/domain-catalog';
import { isAllowed, type Caller } from '@steelyard/kernel';
import { CurrentCaller } from '@steelyard/platform-graphql';
import { CanaryComparison } from './canary-comparison.graphql-types.js';
import { CompareCanary } from './compare-canary.js';
import { judgeCanary, type Verdict } from './judge-canary.js';

const VERDICTS: Record<Verdict, string> = { waiting: 'waiting for more calls', healthy: 'healthy', 'rolling-back': 'rolling back' };

@Resolver(() => Canary)
export class CanaryComparisonResolver {
  constructor(@Inject(CompareCanary) private readonly canaries: CompareCanary) {}

  @ResolveField(() => CanaryComparison, { nullable: true, description: "Since it began: the candidate's calls beside the channel's others." })
  async comparison(@CurrentCaller() caller: Caller | undefined, @Parent() { key }: Canary): Promise<CanaryComparison | null> {
    if (caller?.organizationId !== key.tenantId || !isAllowed(caller, 'models:read')) return null;
    const comparison = await this.canaries.compare(key);
    const { candidate, stable, referenceP95Micros } = comparison;
    const { verdict, reason } = judgeCanary(comparison);
    return {
      calls: candidate.calls,
      faults: candidate.faults,
      p95Ms: inMs(candidate.p95Micros),
      stableCalls: stable.calls,
      stableFaults: stable.faults,
      stableP95Ms: inMs(referenceP95Micros),
      verdict: `${VERDICTS[verdict]}: ${reason}`,
    };
  }
}

function inMs(micros: number | null): number | null {
  return micros === null ? null : micros / 1_000;
}
