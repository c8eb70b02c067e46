import { Names, toGraphqlName } from './graphql-name.js';

/** Names for the types of one model; each is taken once. */
export class TypeNames {
  readonly #names = new Names();

  take(wanted: string): string {
    return this.#names.take(wanted);
  }
}

/** The name of a type within another. */
export function innerName(outer: string, part: string): string {
  const name = toGraphqlName(part).replace(/^_+/, '');
  return `${outer}_${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The fields of an object, by the names of its properties. */
export function fieldNames(properties: readonly { readonly name: string }[]): string[] {
  const names = new Names();
  // Those that are names already keep them, whatever the others come to.
  const plain = new Set(properties.map(({ name }) => name).filter((name) => toGraphqlName(name) === name).map((name) => names.take(name)));
  return properties.map(({ name }) => (plain.has(name) ? name : names.take(toGraphqlName(name))));
}

/** What a text is called in an enum. */
export function enumNames(values: readonly string[]): string[] {
  return fieldNames(values.map((value) => ({ name: RESERVED.has(value) ? `${value} value` : value })));
}

const RESERVED = new Set(['true', 'false', 'null']);
