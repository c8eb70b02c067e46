import { PRICE_UNITS } from '@steelyard/kernel/pricing';
import type { JsonSchema } from '@steelyard/tasks';

// What a rule of `check-price.ts` says better is left to it: an amount that is none, a currency that nobody has, a number out of bounds.
const component = {
  unit: { enum: PRICE_UNITS, description: "What is counted; the model's task says which units there are." },
  amount: { type: 'string', description: 'Decimal text of the currency unit, with at most nine places, e.g. "0.0002".' },
  per: { type: 'integer', description: 'How many of the unit the amount is for; 1 where nothing is said.' },
};
const currency = { type: 'string', description: 'ISO 4217 in lower case, e.g. usd.' };
const free = {
  type: 'object',
  description: 'So many units are free for each consumer and calendar month.',
  additionalProperties: false,
  required: ['unit', 'quantity'],
  properties: { unit: { enum: PRICE_UNITS }, quantity: { type: 'integer' } },
};

/** The JSON Schema of `price` in `model.yaml`. */
export const priceSchema: JsonSchema = {
  description: 'What a call costs: "free", one component, or several. Not part of what the version is: it may change later.',
  if: { type: 'string' },
  then: { const: 'free' },
  else: {
    if: { type: 'object', required: ['components'] },
    then: {
      type: 'object',
      additionalProperties: false,
      required: ['currency', 'components'],
      properties: {
        currency,
        components: {
          type: 'array',
          description: 'Each of another unit; a call costs their sum.',
          minItems: 1,
          maxItems: PRICE_UNITS.length,
          items: { type: 'object', additionalProperties: false, required: ['unit', 'amount'], properties: component },
        },
        free,
      },
    },
    else: { type: 'object', additionalProperties: false, required: ['unit', 'amount', 'currency'], properties: { ...component, currency, free } },
  },
};
