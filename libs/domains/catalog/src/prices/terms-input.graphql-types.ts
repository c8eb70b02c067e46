import { Field, InputType, Int } from '@nestjs/graphql';
import type { PriceSpec } from '@steelyard/model-package/price';

@InputType()
export class PriceComponentInput {
  @Field(() => String, { description: 'E.g. request or output_token; which there are depends on the task.' })
  unit!: string;

  @Field(() => String, { description: 'Decimal text of the currency unit, with at most nine places, e.g. 0.60.' })
  amount!: string;

  @Field(() => Int, { nullable: true, description: 'How many of the unit the amount is for; 1 by default.' })
  per?: number | null;
}

@InputType()
export class FreeTierInput {
  @Field(() => String, { description: 'request, or a unit of the price.' })
  unit!: string;

  @Field(() => Int)
  quantity!: number;
}

/** The terms that an input says. */
export interface TermsInput {
  /** None: calls are free. */
  readonly components: readonly PriceComponentInput[];
  readonly currency?: string | null | undefined;
  readonly free?: FreeTierInput | null | undefined;
}

/** In the server's currency where the input names none. */
export function specOf({ components, currency, free }: TermsInput, serverCurrency: string): PriceSpec {
  if (components.length === 0) return 'free';
  return {
    currency: currency ?? serverCurrency,
    components: components.map(({ unit, amount, per }) => ({ unit, amount, per: per ?? undefined })),
    ...(free && { free: { unit: free.unit, quantity: free.quantity } }),
  };
}
