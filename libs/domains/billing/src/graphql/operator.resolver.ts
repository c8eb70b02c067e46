import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { PredictionStatus } from '@steelyard/domain-metering';
import type { Caller } from '@steelyard/kernel';
import { CurrentCaller, OperatorOnly } from '@steelyard/platform-graphql';
import { CorrectUsage } from '../corrections/correct-usage.js';
import { FindCharge } from '../corrections/find-charge.js';
import { ClosePeriod } from '../periods/close-period.js';
import { ReadPeriods, type Period } from '../periods/read-periods.js';
import { SetTax } from '../tax/set-tax.js';
import { Charge } from './charge.graphql-types.js';
import { toInvoice } from './document-view.js';
import { InvoiceTax } from './documents.graphql-types.js';
import { BillingPeriod, CorrectUsageInput, CorrectUsageOutcome, OrganizationTaxInput, type CorrectionRefused, type UsageCorrected } from './operator.graphql-types.js';

@Resolver()
export class BillingOperatorResolver {
  constructor(
    @Inject(ReadPeriods) private readonly reading: ReadPeriods,
    @Inject(ClosePeriod) private readonly closing: ClosePeriod,
    @Inject(CorrectUsage) private readonly correcting: CorrectUsage,
    @Inject(SetTax) private readonly taxing: SetTax,
    @Inject(FindCharge) private readonly finding: FindCharge,
  ) {}

  @OperatorOnly()
  @Query(() => [BillingPeriod], { description: 'Months, newest first.' })
  async periods(): Promise<BillingPeriod[]> {
    return (await this.reading.all()).map(toPeriod);
  }

  @OperatorOnly()
  @Mutation(() => BillingPeriod, { description: 'Closes a month that is over, and those before it. Its documents are made in the background. Closing it again changes nothing.' })
  async closePeriod(@CurrentCaller() caller: Caller, @Args('period', { type: () => Int, description: 'yyyymm' }) period: number): Promise<BillingPeriod> {
    await this.closing.run(period, caller.actorId);
    return toPeriod(await this.reading.one(period));
  }

  @OperatorOnly()
  @Query(() => Charge, { nullable: true, description: 'A call of any organization and what it was charged; null when there is none of this id.' })
  async charge(@Args('id', { type: () => ID }) id: string): Promise<Charge | null> {
    const charge = await this.finding.run(id);
    return charge ? { ...charge, status: charge.status as PredictionStatus } : null;
  }

  @OperatorOnly()
  @Mutation(() => CorrectUsageOutcome, { description: 'Takes charges back, with credit notes for the consumers. The usage itself stays as it is.' })
  async correctUsage(@CurrentCaller() caller: Caller, @Args('input', { type: () => CorrectUsageInput }) input: CorrectUsageInput): Promise<UsageCorrected | CorrectionRefused> {
    const result = await this.correcting.run({ ...input, actorId: caller.actorId });
    if (result.outcome === 'refused') return { problems: [...result.problems] };
    return { id: result.id, creditNotes: result.creditNotes.map((document) => toInvoice({ document, paid: null })) };
  }

  @OperatorOnly()
  @Mutation(() => InvoiceTax, { description: 'What an organization is taxed by from its next invoice on.' })
  async setOrganizationTax(@CurrentCaller() caller: Caller, @Args('input', { type: () => OrganizationTaxInput }) input: OrganizationTaxInput): Promise<InvoiceTax> {
    await this.taxing.run({ ...input, actorId: caller.actorId });
    return input;
  }
}

function toPeriod(period: Period): BillingPeriod {
  return { ...period, stuck: [...period.stuck] };
}
