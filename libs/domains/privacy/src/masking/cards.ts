import type { Finding } from './finding.js';

/** First digits and lengths of the numbers of payment cards (ISO/IEC 7812, as the schemes publish them). */
const SCHEMES: readonly (readonly [first: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65)/, [16, 19]],
  [/^3(?:0[0-5]|[689])/, [14, 16, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 19]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:50|5[6-9]|6)/, [16, 19]],
];
/** How numbers are printed on cards; else they are written in one piece. */
const GROUPINGS = new Set(['4-4-4-4', '4-4-4-4-3', '4-6-5', '4-6-4', '4-4-4-1']);
const GROUPS_MAX = 5;
const DIGITS = /\d+/g;
/** Of the first group of a number, in a grouping or in one piece. */
const FIRST_SIZES = new Set([4, 13, 14, 15, 16, 17, 18, 19]);

/** Numbers of payment cards: of a scheme, of its length, grouped as on a card or not at all, and right by Luhn's check. */
export function findCards(text: string): readonly Finding[] {
  const found: Finding[] = [];
  const groups = [...text.matchAll(DIGITS)].map(({ 0: digits, index }) => ({ digits, start: index, end: index + digits.length }));
  for (let first = 0; first < groups.length; first += 1) {
    const count = cardAt(text, groups, first);
    if (count === 0) continue;
    found.push({ start: groups[first]!.start, end: groups[first + count - 1]!.end });
    first += count - 1;
  }
  return found;
}

interface Group extends Finding {
  readonly digits: string;
}

/** How many groups from `first` on are a card's number, the most that are; 0 for none. */
function cardAt(text: string, groups: readonly Group[], first: number): number {
  const { digits: head, start, end } = groups[first]!;
  if (!FIRST_SIZES.has(head.length) || /[\p{L}\d_.+-]/u.test(text[start - 1] ?? ' ')) return 0;
  const separator = text[end];
  let digits = '';
  const sizes: number[] = [];
  let best = 0;
  for (let at = first; at < groups.length && sizes.length < GROUPS_MAX; at += 1) {
    const group = groups[at]!;
    const before = groups[at - 1];
    if (at > first && (group.start !== before!.end + 1 || text[before!.end] !== separator || !/[ -]/.test(separator!))) break;
    digits += group.digits;
    sizes.push(group.digits.length);
    const isGrouped = sizes.length === 1 || GROUPINGS.has(sizes.join('-'));
    if (isGrouped && isCard(digits) && endsHere(text, group.end)) best = sizes.length;
  }
  return best;
}

/** A letter, or a decimal point, goes on with something else. */
function endsHere(text: string, end: number): boolean {
  return !/[\p{L}_]/u.test(text[end] ?? ' ') && !/^[.,]\d/.test(text.slice(end, end + 2));
}

export function isCard(digits: string): boolean {
  return SCHEMES.some(([first, lengths]) => first.test(digits) && lengths.includes(digits.length)) && isLuhn(digits);
}

/** Luhn's check (ISO/IEC 7812-1, annex B): from the right, every second digit doubled. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = digits.length - 1, isDoubled = false; i >= 0; i -= 1, isDoubled = !isDoubled) {
    const digit = digits.charCodeAt(i) - 48;
    sum += isDoubled ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
  }
  return sum % 10 === 0 && /[1-9]/.test(digits);
}
