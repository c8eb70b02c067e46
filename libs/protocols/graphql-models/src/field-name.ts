import { parseModelRef } from '@steelyard/kernel';

/**
 * The field of a model: its owner and its name with `_` for each hyphen and `__` between the two, as in `acme__review_sentiment`. A hyphen right
 * behind another is written `H`, a letter that no handle has, so that `__` stands at one place alone; a leading digit has a `_` before it.
 * One field is one model's, and the model is read from it without a look at any list.
 */
export function fieldNameOf({ owner, name }: { readonly owner: string; readonly name: string }): string {
  const field = `${encode(owner)}__${encode(name)}`;
  return /^\d/.test(field) ? `_${field}` : field;
}

/** What names of a model's types begin with: as its field, with the first letter of owner and name in upper case. */
export function typePrefixOf(model: { readonly owner: string; readonly name: string }): string {
  return fieldNameOf(model).replace(/^_?[a-z]|__[a-z]/g, (start) => start.toUpperCase());
}

/** The `owner/name` that a field stands for; undefined for what is no model's field. */
export function modelOfField(field: string): string | undefined {
  const [owner, name, ...rest] = field.replace(/^_(?=\d)/, '').split('__');
  if (!owner || !name || rest.length > 0) return undefined;
  const ref = `${decode(owner)}/${decode(name)}`;
  const model = parseModelRef(ref);
  // Several texts could be read as one model; one is its field.
  return model && fieldNameOf(model) === field ? ref : undefined;
}

function encode(part: string): string {
  return part.replace(/-+/g, (run) => `_${'H'.repeat(run.length - 1)}`);
}

function decode(part: string): string {
  return part.replace(/_H*/g, (run) => '-'.repeat(run.length));
}
