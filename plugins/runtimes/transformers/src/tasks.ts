import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Item } from '@steelyard/runtime-kit';
import type { Tensor } from '@huggingface/transformers';

export interface EmbeddingOptions {
  readonly pooling: 'mean' | 'cls';
  readonly normalize: boolean;
}

/** The outputs of a run, by name, and the mask that its texts were padded with. */
export interface RunOutputs {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly mask: BigInt64Array;
}

/** Makes one answer for each text of a run. */
export type Answerer = (run: RunOutputs) => Item[];

interface Rows {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** @throws AppError `RUNTIME.LOAD_FAILED` for labels that are none. */
export function classificationAnswerer(config: Readonly<Record<string, unknown>>): Answerer {
  const problem = config['problem_type'] ?? 'single_label_classification';
  if (problem !== 'single_label_classification' && problem !== 'multi_label_classification') {
    throw runtimeErrors.LOAD_FAILED({ model: 'The model', reason: `its problem_type ${JSON.stringify(problem)} is no classification` });
  }
  const labelOf = labelsOf(config);
  const toScores = problem === 'multi_label_classification' ? sigmoid : softmax;
  return ({ outputs }) => {
    const { data, dims } = floats('logits', outputs['logits'], 2);
    const [count = 0, size = 0] = dims;
    if (size === 0) throw runtimeErrors.OUTPUT_INVALID({ field: 'logits', reason: 'it has no labels' });
    return Array.from({ length: count }, (_, row) => {
      const scores = toScores(data.subarray(row * size, (row + 1) * size)).map((score, index) => ({ label: labelOf(index), score }));
      const best = scores.reduce((top, other) => (other.score > top.score ? other : top));
      return { label: best.label, score: best.score, scores };
    });
  };
}

/** The labels of a configuration by their numbers; one without a name is called as the library calls it. */
export function labelsOf(config: Readonly<Record<string, unknown>>): (index: number) => string {
  const names = (config['id2label'] ?? {}) as Readonly<Record<string, unknown>>;
  return (index) => (typeof names[index] === 'string' ? names[index] : `LABEL_${index}`);
}

/** A model that pools by itself has the output `sentence_embedding`; of others the last states are pooled here. */
export function embeddingAnswerer({ pooling, normalize }: EmbeddingOptions): Answerer {
  return ({ outputs, mask }) => {
    const pooled = outputs['sentence_embedding'];
    const { data, dims } = pooled
      ? floats('sentence_embedding', pooled, 2)
      : pool(floats('last_hidden_state', outputs['last_hidden_state'] ?? outputs['token_embeddings'], 3), pooling === 'mean' ? mask : undefined);
    const [count = 0, size = 0] = dims;
    return Array.from({ length: count }, (_, row) => {
      const vector = Array.from(data.subarray(row * size, (row + 1) * size));
      return { embedding: normalize ? toUnitLength(vector) : vector };
    });
  };
}

/** The mean over what the mask leaves, or the first state where there is no mask. */
function pool({ data, dims }: Rows, mask: BigInt64Array | undefined): Rows {
  const [count = 0, length = 0, size = 0] = dims;
  const pooled = new Float32Array(count * size);
  for (let row = 0; row < count; row++) {
    let weight = 0;
    for (let position = 0; position < (mask ? length : 1); position++) {
      if (mask && mask[row * length + position] === 0n) continue;
      weight++;
      const from = (row * length + position) * size;
      for (let column = 0; column < size; column++) (pooled[row * size + column] as number) += data[from + column] as number;
    }
    for (let column = 0; column < size; column++) (pooled[row * size + column] as number) /= weight;
  }
  return { data: pooled, dims: [count, size] };
}

/** @throws AppError `RUNTIME.OUTPUT_INVALID` where the model has no such output of this many dimensions. */
export function floats(name: string, tensor: Tensor | undefined, rank: number): Rows {
  const refuse = (reason: string): Error => runtimeErrors.OUTPUT_INVALID({ field: name, reason });
  if (!tensor) throw refuse('the model has no such output; was it exported for this task?');
  if (tensor.type !== 'float32' || tensor.dims.length !== rank) throw refuse(`it is ${tensor.type} of ${tensor.dims.length} dimensions, not float32 of ${rank}`);
  return { data: tensor.data as Float32Array, dims: tensor.dims };
}

export function softmax(logits: Float32Array): number[] {
  const top = Math.max(...logits);
  const weights = Array.from(logits, (logit) => Math.exp(logit - top));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function sigmoid(logits: Float32Array): number[] {
  return Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
}

function toUnitLength(vector: number[]): number[] {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}
