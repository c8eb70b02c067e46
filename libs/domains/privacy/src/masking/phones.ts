import { isValidPhoneNumber, type CountryCode } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';
import { findPattern, type Finding } from './finding.js';

/** With the code of its country, by `+` or `00`; or as North Americans write theirs, with something between the parts. */
const INTERNATIONAL = /(?<![\p{L}\d_+.,/:-])(?:\+|00)(?:[ ().-]{0,2}\d){7,15}(?![\p{L}\d_])/gu;
const NORTH_AMERICAN = /(?<![\p{L}\d_+.,/:-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\p{L}\d_.,:-]\d|[\p{L}\d_])/gu;
/** So many are held against the plan of their country, which takes some 30 us; in a list of more than that, what looks like one is one. */
const CHECKED_MAX = 250;

/** Phone numbers that can be told from other numbers, and that the plan of their country allows. */
export function findPhones(text: string): readonly Finding[] {
  let checked = 0;
  const isPhone = (match: string, country?: CountryCode) => {
    checked += 1;
    return checked > CHECKED_MAX || (country ? isValidPhoneNumber(match, country, metadata) : isValidPhoneNumber(match, metadata));
  };
  return [...findPattern(text, INTERNATIONAL, (match) => isPhone(match.replace(/^00/, '+'))), ...findPattern(text, NORTH_AMERICAN, (match) => isPhone(match, 'US'))];
}
