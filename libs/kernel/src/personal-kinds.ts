/** What is recognised in texts and can be kept from models. */
export const PERSONAL_KINDS = ['email', 'card', 'iban', 'phone', 'ip', 'secret'] as const;

export type PersonalKind = (typeof PERSONAL_KINDS)[number];

/** How often what was found; kinds that were not found are absent. Never what it was. */
export type PersonalCounts = Readonly<Partial<Record<PersonalKind, number>>>;

export function isPersonalKind(text: string): text is PersonalKind {
  return (PERSONAL_KINDS as readonly string[]).includes(text);
}

/** Kinds and counts in the order of {@link PERSONAL_KINDS}, so that the same counts are always written alike. */
export function listPersonal(counts: PersonalCounts): readonly { readonly kind: PersonalKind; readonly count: number }[] {
  return PERSONAL_KINDS.flatMap((kind) => (counts[kind] ? [{ kind, count: counts[kind] }] : []));
}
