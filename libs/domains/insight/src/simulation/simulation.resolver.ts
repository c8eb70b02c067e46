import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { ModelNames, specOf } from '@steelyard/domain-catalog';
import type { Caller, PriceTerms } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { Access, CurrentCaller, type GraphqlContext } from '@steelyard/platform-graphql';
import { UsageSide } from '../usage/usage.graphql-types.js';
import { differenceOf, type Outcome, type Stretch, type UnknownUnit } from './price-replay.js';
import { SimulatePrice } from './simulate-price.js';
import { CurrencyAmount, PriceSimulation, SimulatedStretch, SimulatedTerms, SimulatePriceInput, UncountedUnit } from './simulation.graphql-types.js';

const UNCOUNTED_MAX = 100;

@Resolver()
export class SimulationResolver {
  constructor(
    @Inject(SimulatePrice) private readonly simulation: SimulatePrice,
    @Inject(ModelNames) private readonly names: ModelNames,
    @Inject(CONFIG) private readonly config: Pick<Config, 'paymentCurrency'>,
  ) {}

  @Access('usage:read')
  @Query(() => PriceSimulation, { description: 'What the calls of a past period would have cost by other terms. Nothing is charged or changed. A provider is not told whose calls they were.' })
  async simulatePrice(@CurrentCaller() caller: Caller, @Args('input') input: SimulatePriceInput, @Context() { signal }: GraphqlContext): Promise<PriceSimulation> {
    const { side, model, from, to, components, like } = input;
    const price = components ? specOf({ ...input, components }, this.config.paymentCurrency) : undefined;
    const wish = { side: side ?? UsageSide.CONSUMER, model: model ?? undefined, from: from ?? undefined, to: to ?? undefined, price, like: like ?? undefined, signal };
    const { terms, unknown, days, months, callByCall, ...outcome } = await this.simulation.run(caller, wish);
    const { currency } = terms;
    return {
      ...outcome,
      ...amountsOf(outcome, currency),
      terms: toTerms(terms),
      isCallByCall: callByCall,
      uncountedCalls: unknown.calls,
      uncountedPaid: toAmounts(unknown.paid),
      uncounted: await this.#named(caller.organizationId, unknown.units.slice(0, UNCOUNTED_MAX)),
      days: days.map((day) => toStretch(day, currency)),
      months: months.map((month) => toStretch(month, currency)),
    };
  }

  async #named(tenantId: string, units: readonly UnknownUnit[]): Promise<UncountedUnit[]> {
    const names = await this.names.versions(tenantId, units.map(({ providerTenantId, versionId }) => ({ ownerId: providerTenantId, id: versionId })));
    return units.map(({ versionId, unit, calls }) => {
      const name = names.get(versionId);
      return { versionId, unit, calls, ref: name ? `${name.modelRef}@${name.version}` : null };
    });
  }
}

function toStretch({ start, ...outcome }: Stretch, currency: string): SimulatedStretch {
  return { start, ...outcome, ...amountsOf(outcome, currency) };
}

function amountsOf(outcome: Outcome, currency: string) {
  return { paid: toAmounts(outcome.paid), differenceNano: differenceOf(outcome, currency) ?? null };
}

function toAmounts(sums: ReadonlyMap<string, bigint>): CurrencyAmount[] {
  return [...sums].map(([currency, amountNano]) => ({ currency, amountNano }));
}

function toTerms({ currency, components, free }: PriceTerms): SimulatedTerms {
  return {
    currency,
    components: components.map(({ unit, amountNano, per }) => ({ unit, amountNano, per: Number(per) })),
    free: free ? { unit: free.unit, quantity: Number(free.quantity) } : null,
  };
}
