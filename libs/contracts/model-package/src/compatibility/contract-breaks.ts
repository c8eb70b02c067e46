import type { Manifest } from '../manifest/manifest.js';
import type { Problem } from '../problem.js';
import { compareSchemas } from './compare-schemas.js';

/** What callers of a version rely on. */
export type Contract = Pick<Manifest, 'input' | 'output'>;

/**
 * What of a new version breaks callers of an old one: an input may only take more, an output only give what was given before. Each with its place, e.g.
 * `input.image: is required now`.
 */
export function contractBreaks(before: Contract, after: Contract): Problem[] {
  return [...compareSchemas(before.input, after.input, 'input'), ...compareSchemas(after.output, before.output, 'output')];
}
