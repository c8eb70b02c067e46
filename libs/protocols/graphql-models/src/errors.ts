import { defineErrors } from '@steelyard/kernel';
import type { Problem } from '@steelyard/model-package';

const sentence = (problems: readonly Problem[]): string => problems.map(({ path, message }) => `${path} ${message}`).join('; ');

export const modelsErrors = defineErrors('GRAPHQL_MODELS', {
  BODY_MALFORMED: {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `The body is no GraphQL request: ${reason}`,
    fix: 'Send {"query": "...", "variables": {...}} as JSON.',
  },
  TOO_MANY_CALLS: {
    kind: 'invalid',
    message: ({ count, countMax }: { count: number; countMax: number }) => `The operation calls ${count} models; at most ${countMax} are allowed`,
    fix: 'Send several operations.',
  },
  SUBSCRIPTION_REFUSED: {
    kind: 'invalid',
    message: (_: object) => 'There are no subscriptions here',
    fix: 'Follow a prediction by the subscription `predictionEvents` of /graphql, or by the events of POST /v1/predict.',
  },
  VERSION_INCOMPATIBLE: {
    kind: 'invalid',
    message: ({ ref, typed, problems }: { ref: string; typed: string; problems: readonly Problem[] }) =>
      `${ref} does not answer as the types of this field, which are those of ${typed}, say: ${sentence(problems)}`,
    fix: 'Call it by POST /v1/predict or by the mutation `predict` of /graphql.',
  },
  OUTPUT_UNEXPECTED: {
    kind: 'model-failed',
    message: ({ predictionId, problem }: { predictionId: string; problem: string }) => `The answer of prediction ${predictionId} is not what the model's output schema says: ${problem}`,
    fix: 'Tell the provider. The answer itself can be had by POST /v1/predict with the same idempotency key, if the call had one.',
  },
  TOO_MANY_MODELS: {
    kind: 'invalid',
    message: ({ count, countMax }: { count: number; countMax: number }) => `You can use ${count} models; the schema of at most ${countMax} is given by introspection`,
    fix: 'Narrow it with ?owner=acme or ?models=acme/digits,acme/objects, or read all of it from /graphql/models.',
  },
  ARGUMENT_INVALID: {
    kind: 'invalid',
    message: ({ problem }: { problem: string }) => problem,
  },
  SELECTION_INVALID: {
    kind: 'invalid',
    message: ({ parameter, problem }: { parameter: string; problem: string }) => `${parameter} ${problem}`,
    fix: 'Write ?models=acme/digits,acme/objects or ?owner=acme.',
  },
});
