import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { JsonScalar } from '@steelyard/platform-graphql';

/** Whole numbers that `Int` has no room for. */
export const LongScalar = new GraphQLScalarType<number, number | string>({
  name: 'Long',
  description: 'A whole number, up to 9,007,199,254,740,991 either way.',
  serialize: (value) => toWhole(typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
  parseValue: toWhole,
  parseLiteral: (node) => toWhole(node.kind === Kind.INT ? Number(node.value) : undefined),
});

function toWhole(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new TypeError('Long must be a whole number of at most 9007199254740991 either way');
  return value as number;
}

/** Media: how they are encoded is for the runner to see. */
export const Base64Scalar = new GraphQLScalarType<string, string>({
  name: 'Base64',
  description: 'Encoded media, e.g. a PNG, as base64 text or, in an input, as a data URL.',
  serialize: toText,
  parseValue: toText,
  parseLiteral: (node) => toText(node.kind === Kind.STRING ? node.value : undefined),
});

function toText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('Base64 must be text');
  return value;
}

/** One value and not an object of three fields: its numbers are read once, by the parser of bodies, and never walked over again. */
export const TensorScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'Tensor',
  description:
    'A tensor {dtype, shape, data}. In an input, data is a flat list of numbers or base64 of little-endian bytes; in an output a flat list, 64-bit integers as text.',
  serialize: toTensor,
  parseValue: toTensor,
  parseLiteral: (node: ValueNode, variables) => toTensor(JsonScalar.parseLiteral(node, variables)),
});

function toTensor(value: unknown): unknown {
  const isTensor = typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value && 'data' in value;
  if (!isTensor) throw new TypeError('Tensor must be {dtype, shape, data}');
  return value;
}
