import { giveAnswer, toRefusal, type PredictRefusal, type PredictResult, type RunPrediction } from '@steelyard/domain-inference';
import type { Catalog } from '@steelyard/domain-catalog';
import type { Caller } from '@steelyard/kernel';
import type { TraceSpan } from '@steelyard/platform-observability';
import { toJsonValue } from '@steelyard/wire';
import { modelsErrors } from '../errors.js';
import type { FittingVersions } from './fitting-versions.js';
import type { ModelTypes } from '../types/model-types.js';

/** The arguments of a model's field. GraphQL says "not given" by null, too. */
export interface CallArguments {
  readonly input: unknown;
  readonly version?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly deadlineMs?: number | null | undefined;
  readonly tag?: string | null | undefined;
}

export interface CallServices {
  readonly runPrediction: Pick<RunPrediction, 'run'>;
  readonly catalog: Pick<Catalog, 'resolve'>;
  readonly versions: FittingVersions;
}

export interface CallRequest {
  readonly caller: Caller;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  readonly span: TraceSpan | undefined;
}

/** What a model's success has its fields from. */
type TypedResult = PredictResult & { readonly output: unknown };

/** The calls of one operation, one after the other, each charged by itself. */
export class Calls {
  /** By the field's name in the answer. */
  readonly #ran = new Map<string, PredictResult>();

  constructor(
    private readonly services: CallServices,
    private readonly request: CallRequest,
  ) {}

  /** @throws AppError as `RunPrediction.run`, and GRAPHQL_MODELS.VERSION_INCOMPATIBLE */
  async run(types: ModelTypes, given: CallArguments, key: string): Promise<TypedResult | PredictRefusal> {
    const { caller, signal, span } = this.request;
    const options = { idempotencyKey: given.idempotencyKey ?? undefined, deadlineMs: given.deadlineMs ?? undefined, tag: given.tag ?? undefined };
    try {
      const ref = await this.services.versions.refOf(types.version, given.version ?? undefined, caller);
      const result = await this.services.runPrediction.run({ ref, input: types.toModelInput(given.input), caller, options, signal, span });
      this.#ran.set(key, result);
      return { ...result, output: await giveAnswer(result, () => toJsonValue(result.answer.value)) };
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal) return refusal;
      throw error;
    }
  }

  /** What is said of an answer that the types cannot give; undefined where no call answered. */
  unexpected(key: string, problem: string): Error | undefined {
    const result = this.#ran.get(key);
    return result && modelsErrors.OUTPUT_UNEXPECTED({ predictionId: result.predictionId, problem });
  }
}
