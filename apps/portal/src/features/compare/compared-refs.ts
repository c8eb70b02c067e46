import type { InputForm } from '../model/playground/input-form';
import type { JsonObject } from '../model/playground/draft';

/** So many answers can be looked at side by side. */
export const COMPARED_MAX = 4;

/** The models of an address, `owner/name` or `owner/name@version` apart by commas: each once, as many as fit. */
export function refsOf(text: string | null): readonly string[] {
  const refs = (text ?? '').split(',').map((ref) => ref.trim()).filter((ref) => /^[^/@\s]+\/[^/@\s]+(@[^/@\s]+)?$/.test(ref));
  return [...new Set(refs)].slice(0, COMPARED_MAX);
}

/** The address of a comparison. */
export function comparisonOf(refs: readonly string[]): string {
  return `/compare?models=${refs.map(encodeURIComponent).join(',')}`;
}

/** An input that was put together in one model's form, for another: a single field may have another name there. */
export function inputFor(from: InputForm, to: InputForm, input: JsonObject): JsonObject {
  if (!('field' in from) || !('field' in to) || from.kind !== to.kind || from.field === to.field) return input;
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name === from.field ? to.field : name, value]));
}
