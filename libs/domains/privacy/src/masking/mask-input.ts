import { PERSONAL_KINDS, type PersonalCounts, type PersonalKind } from '@steelyard/kernel';
import { isMediaField } from '@steelyard/model-package';
import { privacyErrors } from '../errors.js';
import { findPersonal, withoutFound } from './mask-text.js';

/** What is done with each kind that is found; what is in neither is not looked for. */
export interface MaskingRules {
  readonly mask: ReadonlySet<PersonalKind>;
  readonly block: ReadonlySet<PersonalKind>;
}

export interface MaskedInput {
  /** The same object where nothing was masked. */
  readonly input: unknown;
  readonly counts: PersonalCounts;
}

/**
 * The input as the model may see it: all of its texts, however deep, but for names of fields and encoded media.
 * @param schema the version's input schema, which says what is media
 * @throws AppError `PRIVACY.BLOCKED`, which names kinds and no values
 */
export function maskInput(input: unknown, schema: Readonly<Record<string, unknown>>, { mask, block }: MaskingRules): MaskedInput {
  const counts: Partial<Record<PersonalKind, number>> = {};
  const kinds = new Set([...mask, ...block]);
  const texts = (value: unknown): unknown => {
    if (typeof value === 'string') return maskText(value);
    if (Array.isArray(value)) return mapped(value, texts);
    return isPlain(value) ? fieldsOf(value, () => texts) : value;
  };
  const maskText = (text: string): string => {
    const found = findPersonal(text, kinds);
    for (const { kind } of found) counts[kind] = (counts[kind] ?? 0) + 1;
    return found.length === 0 ? text : withoutFound(text, found);
  };
  const properties = Object(schema['properties']) as Readonly<Record<string, unknown>>;
  const isMedia = (field: string) => isMediaField(properties[field]) || isMediaField((Object(properties[field]) as { items?: unknown }).items);
  const masked = isPlain(input) ? fieldsOf(input, (field) => (isMedia(field) ? (value) => value : texts)) : texts(input);
  const blocked = PERSONAL_KINDS.filter((kind) => block.has(kind) && counts[kind]);
  if (blocked.length > 0) throw privacyErrors.BLOCKED({ kinds: blocked });
  return { input: masked, counts };
}

type Fields = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function mapped(list: readonly unknown[], change: (value: unknown) => unknown): readonly unknown[] {
  const changed = list.map(change);
  return changed.some((value, index) => value !== list[index]) ? changed : list;
}

function fieldsOf(fields: Fields, changeOf: (field: string) => (value: unknown) => unknown): Fields {
  const changed = Object.entries(fields).map(([field, value]) => [field, changeOf(field)(value)] as const);
  return changed.some(([field, value]) => value !== fields[field]) ? Object.fromEntries(changed) : fields;
}
