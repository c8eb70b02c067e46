import { defineErrors } from '@steelyard/kernel';

export const openaiErrors = defineErrors('OPENAI', {
  PARAM_INVALID: {
    kind: 'invalid',
    message: ({ param, problem }: { param: string; problem: string }) => `'${param}' ${problem}`,
  },
  PARAM_NOT_SUPPORTED: {
    kind: 'invalid',
    message: ({ param }: { param: string }) => `'${param}' is not supported by this server`,
    fix: 'Leave it out.',
  },
  TASK_WRONG: {
    kind: 'invalid',
    message: ({ model, task, wanted }: { model: string; task: string; wanted: string }) => `The model '${model}' is one for ${task}, and this address is for ${wanted}`,
    fix: 'GET /openai/v1/models lists the models that can be called here.',
  },
});
