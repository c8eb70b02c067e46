import { GgufError } from './byte-reader.js';

/** Name, elements of a block, bytes of a block, by number: `ggml_type` of https://github.com/ggml-org/ggml/blob/master/include/ggml.h */
const TENSOR_TYPES: Readonly<Record<number, readonly [name: string, elements: number, bytes: number]>> = {
  0: ['F32', 1, 4],
  1: ['F16', 1, 2],
  2: ['Q4_0', 32, 18],
  3: ['Q4_1', 32, 20],
  6: ['Q5_0', 32, 22],
  7: ['Q5_1', 32, 24],
  8: ['Q8_0', 32, 34],
  10: ['Q2_K', 256, 84],
  11: ['Q3_K', 256, 110],
  12: ['Q4_K', 256, 144],
  13: ['Q5_K', 256, 176],
  14: ['Q6_K', 256, 210],
  16: ['IQ2_XXS', 256, 66],
  17: ['IQ2_XS', 256, 74],
  18: ['IQ3_XXS', 256, 98],
  19: ['IQ1_S', 256, 50],
  20: ['IQ4_NL', 32, 18],
  21: ['IQ3_S', 256, 110],
  22: ['IQ2_S', 256, 82],
  23: ['IQ4_XS', 256, 136],
  24: ['I8', 1, 1],
  25: ['I16', 1, 2],
  26: ['I32', 1, 4],
  27: ['I64', 1, 8],
  28: ['F64', 1, 8],
  29: ['IQ1_M', 256, 56],
  30: ['BF16', 1, 2],
  34: ['TQ1_0', 256, 54],
  35: ['TQ2_0', 256, 66],
  39: ['MXFP4', 32, 17],
};

/**
 * What a tensor is called and how many bytes it takes.
 * @throws GgufError for a type that is not known, or dimensions that it cannot have.
 */
export function measureTensor(type: number, dimensions: readonly number[]): { readonly typeName: string; readonly elements: number; readonly bytes: number } {
  const known = TENSOR_TYPES[type];
  if (!known) throw new GgufError(`a tensor has the unknown type ${type}`);
  const [typeName, blockElements, blockBytes] = known;
  const elements = dimensions.reduce((product, size) => product * size, 1);
  if (elements > Number.MAX_SAFE_INTEGER) throw new GgufError('a tensor has more elements than any file can hold');
  if ((dimensions[0] ?? 1) % blockElements !== 0) throw new GgufError(`a row of a ${typeName} tensor is no whole number of blocks`);
  return { typeName, elements, bytes: (elements / blockElements) * blockBytes };
}
