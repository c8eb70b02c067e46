import { defineErrors } from '@steelyard/kernel';

export const insightErrors = defineErrors('INSIGHT', {
  EXPORT_INVALID: { kind: 'invalid', message: (p: { parameter: string; problem: string }) => `${p.parameter} ${p.problem}` },
  TERMS_MISSING: {
    kind: 'invalid',
    message: () => 'a simulation needs the terms of a price, or a model whose price is to be taken, and not both',
    fix: 'Give `components` (none of them for a price of nothing), or `like`.',
  },
  MODEL_MISSING: { kind: 'invalid', message: () => 'a provider simulates the price of one model', fix: 'Name a model of yours.' },
});
