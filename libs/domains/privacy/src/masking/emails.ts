import type { Finding } from './finding.js';

/** Letters of Latin scripts with their accents, digits, and what may stand between. Not all of Unicode: where words have no spaces between them, the sentence would be taken along. */
const LOCAL = /[A-Za-z0-9\u00c0-\u024f.!#$%&'*+/=?^_`{|}~-]/;
const DOMAIN = /[A-Za-z0-9\u00c0-\u024f.-]/;
/** Octets, by RFC 5321. */
const LOCAL_MAX = 64;
const DOMAIN_MAX = 253;
const LABEL = /^[A-Za-z0-9\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f-]{0,61}[A-Za-z0-9\u00c0-\u024f])?$/;
const TOP = /^(?:[A-Za-z\u00c0-\u024f]{2,24}|xn--[a-z0-9-]{2,59})$/i;
/** `icon@2x.png` is a picture for a fine screen. */
const FILE_ENDINGS = new Set(['png', 'jpg', 'jpeg', 'gif', 'svg', 'webp', 'avif', 'pdf', 'js', 'mjs', 'css', 'json', 'yaml', 'yml', 'html', 'txt']);

/** E-mail addresses: from every `@`, as far as letters of an address reach to either side. */
export function findEmails(text: string): readonly Finding[] {
  const found: Finding[] = [];
  let free = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at, free);
    const end = start < at ? domainEnd(text, at + 1) : at;
    if (end <= at) continue;
    found.push({ start, end });
    free = end;
  }
  return found;
}

function localStart(text: string, at: number, free: number): number {
  let start = at;
  while (start > free && at - start < LOCAL_MAX && LOCAL.test(text[start - 1]!)) start -= 1;
  // What stands around an address in prose and code is not of it.
  while (start < at && /[.'`/=?&|{}*!]/.test(text[start]!)) start += 1;
  return text[at - 1] === '.' ? at : start;
}

/** The end of the domain that begins at `from`; 0 when there is none. */
function domainEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && end - from < DOMAIN_MAX && DOMAIN.test(text[end]!)) end += 1;
  while (end > from && /[.-]/.test(text[end - 1]!)) end -= 1;
  const labels = text.slice(from, end).split('.');
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label))) return 0;
  const top = labels.at(-1)!;
  return TOP.test(top) && !FILE_ENDINGS.has(top.toLowerCase()) ? end : 0;
}
