import { isDate } from 'node:util/types';
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';

/** Nano-units (1e-9 of a currency unit) as a string of digits: a JSON number would lose some. */
export const NanoScalar = new GraphQLScalarType<bigint, string>({
  name: 'Nano',
  description: 'A whole number of nano-units (1e-9 of a currency unit), as a string of digits.',
  serialize: (value) => String(value),
  parseValue: (value) => toBigInt(value),
  parseLiteral: (node) => toBigInt(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : undefined),
});

function toBigInt(value: unknown): bigint {
  if (typeof value !== 'string' || !/^-?\d+$/.test(value)) throw new TypeError('Nano must be a string of digits');
  return BigInt(value);
}

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** A `Date`, written as RFC 3339 in UTC. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A moment as RFC 3339 text, e.g. 2026-11-05T09:30:00.000Z. Any offset is read; UTC is written.',
  serialize: (value) => toDate(value).toISOString(),
  parseValue: (value) => toDate(value),
  parseLiteral: (node) => toDate(node.kind === Kind.STRING ? node.value : undefined),
});

function toDate(value: unknown): Date {
  const date = typeof value === 'string' && RFC_3339.test(value) ? new Date(value) : value;
  if (!isDate(date) || Number.isNaN(date.getTime())) throw new TypeError('DateTime must be RFC 3339 text such as 2026-11-05T09:30:00Z');
  return date;
}

/** Any JSON value. */
export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => literal(node, variables ?? {}),
});

function literal(node: ValueNode, variables: Readonly<Record<string, unknown>>): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((value) => literal(value, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literal(field.value, variables)]));
    case Kind.VARIABLE:
      return variables[node.name.value];
  }
}

/** The scalars that classes stand for in fields. */
export const scalarsMap = [{ type: Date, scalar: DateTimeScalar }];
