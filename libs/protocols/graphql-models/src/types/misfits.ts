import { GraphQLFloat, GraphQLInt, GraphQLString, type GraphQLScalarType } from 'graphql';
import { JsonScalar } from '@steelyard/platform-graphql';
import type { Problem } from '@steelyard/model-package';
import { Base64Scalar, LongScalar } from './scalars.js';
import type { ObjectShape, Shape } from './shape.js';

/** Why answers of one shape cannot be given by the types of another; nothing where they can. */
export function misfits(answer: Shape, typed: Shape, path = 'output'): Problem[] {
  const here = (message: string): Problem[] => [{ path, message }];
  if (typed.kind === 'scalar' && typed.scalar === JsonScalar && typed.nullable) return [];
  const ofNull = answer.nullable && !typed.nullable ? here('may be null') : [];
  if (typed.kind === 'list' && answer.kind === 'list') return [...ofNull, ...misfits(answer.item, typed.item, `${path}[]`)];
  if (typed.kind === 'object' && answer.kind === 'object') return [...ofNull, ...ofProperties(answer, typed, path)];
  if (typed.kind === 'enum' && answer.kind === 'enum') {
    const unknown = answer.values.filter((value) => !typed.values.includes(value));
    return unknown.length === 0 ? ofNull : [...ofNull, ...here(`may be ${unknown.map((value) => JSON.stringify(value)).join(', ')}`)];
  }
  return isWithin(answer, typed) ? ofNull : here('is of another type');
}

function ofProperties(answer: ObjectShape, typed: ObjectShape, path: string): Problem[] {
  const given = new Map(answer.properties.map((property) => [property.name, property]));
  return typed.properties.flatMap(({ name, required, shape }) => {
    const property = given.get(name);
    const isCertain = required && !shape.nullable;
    if (!property || (isCertain && !property.required)) return isCertain ? [{ path: `${path}.${name}`, message: property ? 'may be missing' : 'is missing' }] : [];
    // Where null is what stands for a field that is missing, it does for null, too.
    return misfits(property.shape, isCertain ? shape : { ...shape, nullable: true }, `${path}.${name}`);
  });
}

const WIDER = new Map<GraphQLScalarType, readonly GraphQLScalarType[]>([
  [GraphQLInt, [LongScalar, GraphQLFloat]],
  [LongScalar, [GraphQLFloat]],
  [Base64Scalar, [GraphQLString]],
]);

function isWithin(answer: Shape, typed: Shape): boolean {
  if (typed.kind !== 'scalar') return false;
  if (typed.scalar === JsonScalar) return true;
  if (answer.kind === 'enum') return typed.scalar === GraphQLString;
  return answer.kind === 'scalar' && (answer.scalar === typed.scalar || (WIDER.get(answer.scalar)?.includes(typed.scalar) ?? false));
}
