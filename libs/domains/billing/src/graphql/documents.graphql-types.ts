import { Field, Float, ID, Int, IntersectionType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, NanoScalar } from '@steelyard/platform-graphql';

export enum InvoiceKind {
  INVOICE = 'invoice',
  CREDIT_NOTE = 'credit_note',
}
registerEnumType(InvoiceKind, { name: 'InvoiceKind', valuesMap: { CREDIT_NOTE: { description: 'Takes charges back; its amounts are given back.' } } });

@ObjectType({ description: 'Calls of one version at one price, by one unit.' })
export class InvoiceLine {
  @Field(() => String, { nullable: true, description: 'owner/name@version as it was called when the document was issued; null for a model that has become private.' })
  name!: string | null;

  @Field(() => ID)
  modelId!: string;

  @Field(() => ID)
  versionId!: string;

  @Field(() => ID)
  priceId!: string;

  @Field(() => String)
  unit!: string;

  @Field(() => Float, { description: 'Counted with the first unit of a price only; failed and free ones are among them.' })
  calls!: number;

  @Field(() => Float)
  failed!: number;

  @Field(() => Float)
  free!: number;

  @Field(() => String, { description: 'In parts of the unit: microseconds of a second, bytes of a megabyte.' })
  quantity!: string;

  @Field(() => NanoScalar)
  amountNano!: string;

  @Field(() => String, { description: 'Decimal, in whole cents; the lines add up.' })
  amount!: string;
}

@ObjectType()
export class InvoiceTax {
  @Field(() => Int, { description: 'Hundredths of a percent.' })
  basisPoints!: number;

  @Field(() => String)
  label!: string;

  @Field(() => String, { description: 'What the tax office knows the organization by.' })
  id!: string;
}

@ObjectType()
export class DocumentReference {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  number!: string;
}

/** What every document has. */
@ObjectType({ isAbstract: true })
class IssuedDocument {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'Of the platform, without a gap: SY-2026-000042.' })
  number!: string;

  @Field(() => Int, { description: 'The month, yyyymm in UTC.' })
  period!: number;

  @Field(() => String)
  currency!: string;

  @Field(() => Date)
  issuedAt!: Date;

  @Field(() => String, { description: 'sha256 of the document.' })
  hash!: string;

  @Field(() => String, { nullable: true, description: 'The hash of the document of this kind that came before.' })
  previousHash!: string | null;

  @Field(() => String, { description: 'The last hash of the chain over prices and calls.' })
  chainHash!: string;

  @Field(() => String, { description: 'Where its file is, from which `steelyard invoice verify` computes it again.' })
  file!: string;
}

@ObjectType({ description: 'What an organization is charged for a month, or given back of it.' })
export class Invoice extends IssuedDocument {
  @Field(() => InvoiceKind)
  kind!: InvoiceKind;

  @Field(() => Boolean, { nullable: true, description: 'False while the balance does not cover it. Null for credit notes.' })
  paid!: boolean | null;

  @Field(() => [InvoiceLine])
  lines!: InvoiceLine[];

  @Field(() => NanoScalar)
  amountNano!: string;

  @Field(() => NanoScalar, { description: 'What rounding to cents adds; below zero what it takes away.' })
  residueNano!: string;

  @Field(() => String, { description: 'Decimal, without tax.' })
  amount!: string;

  @Field(() => String, { description: 'Decimal.' })
  taxAmount!: string;

  @Field(() => String, { description: 'Decimal, with tax.' })
  total!: string;

  @Field(() => InvoiceTax)
  tax!: InvoiceTax;

  @Field(() => String, { nullable: true, description: 'Why a credit note was made.' })
  reason!: string | null;

  @Field(() => DocumentReference, { nullable: true, description: 'The invoice that a credit note takes back of.' })
  invoice!: DocumentReference | null;
}

/** What a provider earned, of a model or altogether. */
@ObjectType({ isAbstract: true })
class Earned {
  @Field(() => NanoScalar, { description: 'What consumers were charged.' })
  grossNano!: string;

  @Field(() => NanoScalar)
  feeNano!: string;

  @Field(() => NanoScalar, { description: 'Charges that were taken back, with the fee.' })
  correctedNano!: string;

  @Field(() => NanoScalar)
  correctedFeeNano!: string;

  @Field(() => NanoScalar, { description: 'Gross less fee, less what was taken back of the two.' })
  netNano!: string;
}

@ObjectType()
export class StatementLine extends Earned {
  @Field(() => ID)
  modelId!: string;

  @Field(() => String, { nullable: true, description: 'owner/name as it was called when the statement was issued.' })
  name!: string | null;

  @Field(() => Float)
  calls!: number;

  @Field(() => Float)
  failed!: number;

  @Field(() => Float)
  free!: number;

  @Field(() => Float, { description: 'Calls that were taken back.' })
  corrected!: number;
}

@ObjectType({ description: 'What an organization earned with its models in a month.' })
export class Statement extends IntersectionType(IssuedDocument, Earned) {
  @Field(() => [StatementLine])
  lines!: StatementLine[];

  @Field(() => String, { description: '`netNano` as a decimal.' })
  net!: string;
}

export const InvoiceConnection = connectionOf(Invoice, 'Invoice');
export const StatementConnection = connectionOf(Statement, 'Statement');
