import { isIPv4, isIPv6 } from 'node:net';
import { findPattern, type Finding } from './finding.js';

const V4 = /(?<![\p{L}\d_.-])\d{1,3}(?:\.\d{1,3}){3}(?![\p{L}\d_]|[.-]\d)/gu;
const V6 = /(?<![\p{L}\d_:.])[\dA-Fa-f:]{2,39}(?:\.\d{1,3}){0,3}(?![\p{L}\d_:])/gu;
/** They name a machine to itself, everybody, or nobody. */
const OF_NOBODY = /^(?:127\.|0\.0\.0\.0$|255\.255\.255\.255$)/;
/** Four numbers with dots are as often a version. */
const AFTER_VERSION = /\b(?:version|release|build|ver\.?)[ :=]{0,3}$/i;

/** Addresses on the internet, of version 4 and 6. */
export function findAddresses(text: string): readonly Finding[] {
  return [
    ...findPattern(text, V4, (match, start) => isIPv4(match) && !OF_NOBODY.test(match) && !AFTER_VERSION.test(text.slice(Math.max(0, start - 12), start))),
    ...findPattern(text, V6, (match) => isIPv6(match) && /\d/.test(match) && match.length > 4),
  ];
}
