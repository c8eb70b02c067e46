import { defineErrors } from '@steelyard/kernel';

export const insightErrors = defineErrors('INSIGHT', {
  EXPORT_INVALID: { kind: 'invalid', message: (p: { parameter: string; problem: string }) => `${p.parameter} ${p.problem}` },
});
