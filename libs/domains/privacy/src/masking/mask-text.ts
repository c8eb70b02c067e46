import { PERSONAL_KINDS, type PersonalKind } from '@steelyard/kernel';
import { findAddresses } from './addresses.js';
import { findCards } from './cards.js';
import { findEmails } from './emails.js';
import type { Finder, Finding } from './finding.js';
import { findIbans } from './ibans.js';
import { findPhones } from './phones.js';
import { findSecrets } from './secrets.js';

const FINDERS: Readonly<Record<PersonalKind, Finder>> = {
  email: findEmails,
  card: findCards,
  iban: findIbans,
  phone: findPhones,
  ip: findAddresses,
  secret: findSecrets,
};
/** A text without any of these holds nothing that is looked for: most have none, and are read once. */
const MAY_HOLD_SOMETHING = /[@\d:_-]/;

export interface Found extends Finding {
  readonly kind: PersonalKind;
}

/** What of the kinds a text holds, in its order. Where two overlap, the one that begins first counts; of those that begin together, the longer. */
export function findPersonal(text: string, kinds: ReadonlySet<PersonalKind>): readonly Found[] {
  if (!MAY_HOLD_SOMETHING.test(text)) return [];
  const all = PERSONAL_KINDS.flatMap((kind) => (kinds.has(kind) ? FINDERS[kind](text).map((finding) => ({ ...finding, kind })) : []));
  let free = 0;
  return all
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ start, end }) => {
      if (start < free) return false;
      free = end;
      return true;
    });
}

/** The text with what was found replaced by its kind: `[email]`. */
export function withoutFound(text: string, found: readonly Found[]): string {
  let [masked, from] = ['', 0];
  for (const { start, end, kind } of found) {
    masked += `${text.slice(from, start)}[${kind}]`;
    from = end;
  }
  return masked + text.slice(from);
}
