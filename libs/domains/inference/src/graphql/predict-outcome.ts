import { PredictionStatus } from '@steelyard/domain-metering';
import { shownKind } from '@steelyard/domain-privacy';
import { AppError, listPersonal, type Caller, type PersonalCounts } from '@steelyard/kernel';
import type { Problem } from '@steelyard/model-package';
import { toJsonValue } from '@steelyard/wire';
import type { PredictCommand, PredictResult } from '../predict-command.js';
import { InputInvalid, LimitReached, type MaskedCount, PaymentRequired, type Prediction, type PredictInput, type PredictRefusal, PredictSuccess } from './inference.graphql-types.js';

export function toCommand({ ref, input, ...options }: PredictInput, caller: Caller, { signal, span }: Pick<PredictCommand, 'signal' | 'span'>): PredictCommand {
  return { ref, input, caller, options: withoutNulls(options), signal, span };
}

/** GraphQL clients say "not given" by null as well as by leaving out. */
function withoutNulls<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null)) as T;
}

export function toSuccess(result: PredictResult, tag: string | undefined): PredictSuccess {
  const { version, timings } = result;
  const prediction: Prediction = {
    id: result.predictionId,
    status: PredictionStatus.SUCCEEDED,
    modelId: version.modelId,
    versionId: version.versionId,
    units: [...result.lines],
    amountNano: result.amountNano,
    isFree: result.isFree,
    tag: tag ?? null,
    masked: toMasked(result.masked ?? {}),
    currency: result.currency,
    ...timings,
    errorCode: null,
    occurredAt: new Date(),
  };
  return Object.assign(new PredictSuccess(), { output: toJsonValue(result.answer.value), ref: version.label, replayed: result.replayed, prediction });
}

export function toMasked(counts: PersonalCounts): MaskedCount[] {
  return listPersonal(counts).map(({ kind, count }) => ({ kind: shownKind(kind), count }));
}

/** Failures that a caller branches on are members of the union; the others are none. */
export function toRefusal(error: unknown): PredictRefusal | undefined {
  if (!(error instanceof AppError)) return undefined;
  const told = { code: error.code, message: error.message, fix: error.fix ?? null };
  if (error.code === 'INFERENCE.PAYMENT_REQUIRED') return Object.assign(new PaymentRequired(), told, error.details);
  if (error.code === 'INFERENCE.LIMIT_REACHED') return Object.assign(new LimitReached(), told, error.details);
  if (error.code === 'INFERENCE.INPUT_INVALID' || error.code === 'INPUT.INVALID') {
    const problems = (error.details?.['problems'] as Problem[] | undefined) ?? [{ path: '', message: error.message }];
    return Object.assign(new InputInvalid(), told, { problems });
  }
  return undefined;
}
