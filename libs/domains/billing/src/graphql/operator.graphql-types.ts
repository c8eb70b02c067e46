import { createUnionType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CORRECTION_PROBLEMS } from '../corrections/correctable.js';
import { Invoice } from './documents.graphql-types.js';

@ObjectType({ description: 'A document that could not be issued, and is tried again.' })
export class StuckDocument {
  @Field(() => String, { description: 'invoice or statement' })
  kind!: string;

  @Field(() => String, { description: 'Handle of the organization that it is for.' })
  organization!: string;

  @Field(() => String)
  currency!: string;

  @Field(() => String)
  problem!: string;

  @Field(() => Int)
  attempts!: number;

  @Field(() => Date)
  triedAt!: Date;
}

@ObjectType({ description: 'A month of usage, open or closed, and how far its documents are.' })
export class BillingPeriod {
  @Field(() => Int, { description: 'yyyymm, UTC' })
  period!: number;

  @Field(() => Date, { nullable: true, description: 'Null while it is open.' })
  closedAt!: Date | null;

  @Field(() => String, { nullable: true })
  closedBy!: string | null;

  @Field(() => Int, { description: 'Invoices and statements that it owes.' })
  documents!: number;

  @Field(() => Int)
  issued!: number;

  @Field(() => Int, { description: 'How many could not be issued, and are tried again.' })
  stuckCount!: number;

  @Field(() => [StuckDocument])
  stuck!: StuckDocument[];
}

@InputType()
export class CorrectUsageInput {
  @Field(() => [ID], { description: 'Predictions, 1 to 1000: all of them are taken back or none.' })
  eventIds!: string[];

  @Field(() => String, { description: 'Stands on the credit notes.' })
  reason!: string;
}

export const CorrectionRefusal = Object.fromEntries(CORRECTION_PROBLEMS.map((problem) => [problem.toUpperCase(), problem]));
registerEnumType(CorrectionRefusal, {
  name: 'CorrectionRefusal',
  description: 'Why a call cannot be taken back.',
  valuesMap: {
    UNKNOWN: { description: 'There is no call of this id.' },
    REPEATED: { description: 'It was named twice.' },
    CORRECTED: { description: 'It was taken back before.' },
    FAILED: { description: 'It failed, and cost nothing.' },
    FREE: { description: 'It cost nothing.' },
  },
});

@ObjectType()
export class CorrectionProblem {
  @Field(() => ID)
  eventId!: string;

  @Field(() => CorrectionRefusal)
  problem!: string;
}

@ObjectType()
export class UsageCorrected {
  @Field(() => ID)
  id!: string;

  @Field(() => [Invoice], { description: 'One for each consumer, month and currency.' })
  creditNotes!: Invoice[];
}

@ObjectType({ description: 'Nothing was taken back.' })
export class CorrectionRefused {
  @Field(() => [CorrectionProblem], { description: 'All that is wrong, at once.' })
  problems!: CorrectionProblem[];
}

/** `resolveType` must answer at once, without a promise: compiled queries do not wait for one. */
export const CorrectUsageOutcome = createUnionType({
  name: 'CorrectUsageOutcome',
  types: () => [UsageCorrected, CorrectionRefused] as const,
  resolveType: (value: UsageCorrected | CorrectionRefused) => ('problems' in value ? CorrectionRefused : UsageCorrected),
});

@InputType()
export class OrganizationTaxInput {
  @Field(() => String)
  handle!: string;

  @Field(() => Int, { description: 'Hundredths of a percent, 0 to 10000.' })
  basisPoints!: number;

  @Field(() => String, { defaultValue: '', description: 'What it is called: VAT 19 %.' })
  label!: string;

  @Field(() => String, { defaultValue: '', description: 'What the tax office knows the organization by.' })
  id!: string;
}
