import { defineErrors } from '@steelyard/kernel';

export const openInferenceErrors = defineErrors('OPEN_INFERENCE', {
  REQUEST_INVALID: {
    kind: 'invalid',
    message: ({ path, problem }: { path: string; problem: string }) => `${path} ${problem}`,
  },
  TENSOR_UNKNOWN: {
    kind: 'invalid',
    message: ({ model, what, name, known }: { model: string; what: 'input' | 'output'; name: string; known: readonly string[] }) =>
      `${model} has no ${what} ${JSON.stringify(name)}, only ${known.join(', ')}`,
  },
  NOT_SUPPORTED: {
    kind: 'invalid',
    message: ({ what }: { what: string }) => `${what} is not supported by this server`,
  },
});
