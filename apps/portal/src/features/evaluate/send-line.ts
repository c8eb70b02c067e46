import { SteelyardError } from '@steelyard/client';
import { type CallAnswer, filesOfInput, type LabelledLine, withFiles } from '@steelyard/client/evaluation';
import { EvaluateCallDocument } from '../../generated/documents';
import { ask } from '../../server/ask';

/**
 * Makes one call of an evaluation.
 * @param ref owner/name@version
 * @param contentOf a file that the line names, as base64 text
 * @throws SteelyardError
 */
export async function sendLine(ref: string, { input }: LabelledLine, contentOf: (path: string) => Promise<string>, signal: AbortSignal): Promise<CallAnswer> {
  const contents = new Map<string, string>();
  for (const path of filesOfInput(input)) contents.set(path, await contentOf(path));
  const { predict } = await ask(EvaluateCallDocument, { input: { ref, input: withFiles(input, (path) => contents.get(path)) } }, signal).catch((error: unknown) => {
    throw signal.aborted ? new SteelyardError({ kind: 'cancelled', code: 'CLIENT.CANCELLED', message: 'it was stopped' }) : error;
  });
  switch (predict.__typename) {
    case 'PredictSuccess': {
      const { amountNano, currency, totalMs } = predict.prediction;
      return { output: predict.output, model: predict.ref, costNano: BigInt(amountNano), currency, latencyMs: totalMs };
    }
    case 'PaymentRequired':
    case 'LimitReached':
      throw new SteelyardError({ kind: 'payment-required', code: predict.code, message: predict.message, fix: predict.fix ?? undefined, charged: 'no' });
    case 'InputInvalid':
      throw new SteelyardError({ kind: 'invalid', code: predict.code, message: predict.message, fix: predict.fix ?? undefined, charged: 'no' });
  }
}
