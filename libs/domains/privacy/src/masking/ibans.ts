import type { Finding } from './finding.js';

/** How long an IBAN of each country is (SWIFT's IBAN registry). */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22
  GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30
  NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`
    .trim()
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const HEAD = /(?<![\p{L}\d])[A-Za-z]{2}\d{2}/gu;

/** International bank account numbers, in one piece or with single spaces, that are right by their check digits. */
export function findIbans(text: string): readonly Finding[] {
  const found: Finding[] = [];
  for (const { 0: head, index: start } of text.matchAll(HEAD)) {
    const length = LENGTHS[head.slice(0, 2).toUpperCase()];
    const end = length === undefined ? 0 : endOf(text, start, length);
    if (end > 0 && isIban(text.slice(start, end))) found.push({ start, end });
  }
  return found;
}

/** Where so many letters and digits end; 0 when there are fewer or more of them in a row. */
function endOf(text: string, start: number, length: number): number {
  let at = start;
  for (let count = 0; count < length; at += 1) {
    if (isLetterOrDigit(text.charCodeAt(at))) count += 1;
    else if (text[at] !== ' ' || text[at - 1] === ' ') return 0;
  }
  return isLetterOrDigit(text.charCodeAt(at)) ? 0 : at;
}

/** NaN, beyond the end of a text, is neither. */
function isLetterOrDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** ISO 13616: the first four characters moved to the end, letters as numbers, modulo 97. */
export function isIban(text: string): boolean {
  const iban = text.replaceAll(' ', '').toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(iban) || LENGTHS[iban.slice(0, 2)] !== iban.length) return false;
  let rest = 0;
  for (let i = 0; i < iban.length; i += 1) {
    const code = iban.charCodeAt((i + 4) % iban.length);
    rest = code < 65 ? (rest * 10 + code - 48) % 97 : (rest * 100 + code - 55) % 97;
  }
  return rest === 1;
}
