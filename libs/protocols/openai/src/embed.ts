import { giveAnswer, wasCharged, type PredictResult } from '@steelyard/domain-inference';
import { sendJson, type BareRequest } from '@steelyard/platform-http';
import { headersOf, openCall, readJson } from '@steelyard/protocol-door';
import { checkTask } from './check-task.js';
import type { OpenAiOptions } from './options.js';
import { invalid, NOTES, Params } from './read-params.js';
import { refuse } from './refusal.js';

const INPUTS_MAX = 2_048;
/** So many of one request run at once; the engine puts them together. */
const AT_ONCE = 32;

interface EmbeddingRequest {
  readonly model: string;
  readonly texts: readonly string[];
  readonly base64: boolean;
  readonly tag: string | undefined;
}

/** `POST /embeddings`: one call of the model, and one charge, for each text. */
export async function embed(request: BareRequest, options: OpenAiOptions): Promise<void> {
  const call = openCall(request, 'POST /openai/v1/embeddings', options);
  const { model, texts, base64, tag } = readEmbedding(readJson(request));
  await checkTask(model, 'text-embedding', call.caller, options.catalog);
  const failed = new AbortController();
  const signal = call.signal ? AbortSignal.any([call.signal, failed.signal]) : failed.signal;
  const results: PredictResult[] = new Array<PredictResult>(texts.length);
  const { idempotencyKey } = call.options;
  const runOne = async (index: number): Promise<void> => {
    const key = idempotencyKey === undefined || texts.length === 1 ? idempotencyKey : `${idempotencyKey}-${index}`;
    results[index] = await options.runPrediction.run({ ...call, ref: model, input: { text: texts[index] }, options: { ...call.options, tag: call.options.tag ?? tag, idempotencyKey: key }, signal });
  };
  let next = 0;
  // The first is why; those that follow may be no more than that they were stopped.
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    try {
      while (next < texts.length && !failed.signal.aborted) await runOne(next++);
    } catch (error) {
      failures.push(error);
      failed.abort();
    }
  };
  // All of them: one that was under way when another failed may have been paid for.
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, texts.length) }, work));
  if (failures.length > 0) {
    const charged = failures.some(wasCharged) || results.some((result) => result !== undefined && result.amountNano > 0n);
    return refuse(failures[0], request, { log: options.logger, charged });
  }
  const first = results[0]!;
  const together = { ...first, ...totalOf(results) };
  await giveAnswer(together, () => sendJson(request, 200, JSON.stringify(writeEmbeddings(model, results, base64)), { ...headersOf(together), traceparent: call.span?.traceparent }));
}

/** What all calls of the request cost together. */
function totalOf(results: readonly PredictResult[]): Pick<PredictResult, 'amountNano' | 'lines' | 'isFree'> {
  const amountNano = results.reduce((sum, result) => sum + result.amountNano, 0n);
  const lines = results[0]!.lines.map((line, index) => ({
    ...line,
    quantity: results.reduce((sum, result) => sum + (result.lines[index]?.quantity ?? 0n), 0n),
    amountNano: results.reduce((sum, result) => sum + (result.lines[index]?.amountNano ?? 0n), 0n),
  }));
  return { amountNano, lines, isFree: results.every(({ isFree }) => isFree) };
}

/** @throws OPENAI.PARAM_INVALID, OPENAI.PARAM_NOT_SUPPORTED */
function readEmbedding(body: unknown): EmbeddingRequest {
  const params = new Params(body);
  params.allow(['model', 'input', 'encoding_format'], NOTES);
  const format = params.text('encoding_format') ?? 'float';
  if (format !== 'float' && format !== 'base64') throw invalid('encoding_format', `is '${format}', and must be float or base64`);
  return { model: params.required('model'), texts: readTexts(params.get('input')), base64: format === 'base64', tag: params.tag() };
}

function readTexts(input: unknown): readonly string[] {
  if (input === undefined) throw invalid('input', 'is missing');
  const texts: unknown[] = Array.isArray(input) ? input : [input];
  if (texts.length === 0 || texts.length > INPUTS_MAX) throw invalid('input', `must be 1 to ${INPUTS_MAX} texts, not ${texts.length}`);
  if (!texts.every((text) => typeof text === 'string')) throw invalid('input', 'must be a text or a list of texts: lists of tokens are not read here');
  return texts;
}

function writeEmbeddings(model: string, results: readonly PredictResult[], base64: boolean): object {
  const data = results.map(({ answer }, index) => {
    const { embedding } = answer.value as { readonly embedding: ArrayLike<number> };
    return { object: 'embedding', index, embedding: base64 ? toBase64(embedding) : Array.from(embedding) };
  });
  // Embedding models count no tokens here.
  return { object: 'list', data, model, usage: { prompt_tokens: 0, total_tokens: 0 } };
}

/** Little-endian float32. */
function toBase64(embedding: ArrayLike<number>): string {
  const numbers = Float32Array.from(embedding);
  return Buffer.from(numbers.buffer).toString('base64');
}
