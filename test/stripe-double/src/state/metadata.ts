import type Stripe from 'stripe';
import { invalid } from './stripe-failure.js';

const KEYS_MAX = 50;
const KEY_LENGTH_MAX = 40;
const VALUE_LENGTH_MAX = 500;

/** Metadata after a change: keys are added or replaced, an empty value removes its key, and an empty text removes all. */
export function mergeMetadata(current: Stripe.Metadata | null, change: Stripe.Emptyable<Stripe.MetadataParam> | undefined): Stripe.Metadata {
  if (change === undefined) return current ?? {};
  if (change === null || change === '') return {};
  const merged: Stripe.Metadata = { ...current };
  for (const [key, value] of Object.entries(change)) {
    if (key.length > KEY_LENGTH_MAX) throw invalid(`Metadata keys must be under ${KEY_LENGTH_MAX} characters long.`, { param: `metadata[${key}]` });
    if (String(value).length > VALUE_LENGTH_MAX) throw invalid(`Metadata values must be under ${VALUE_LENGTH_MAX} characters long.`, { param: `metadata[${key}]` });
    if (value === null || value === '') delete merged[key];
    else merged[key] = String(value);
  }
  if (Object.keys(merged).length > KEYS_MAX) throw invalid(`You can have up to ${KEYS_MAX} metadata keys.`, { param: 'metadata' });
  return merged;
}
