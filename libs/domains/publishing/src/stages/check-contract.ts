import type { Catalog } from '@steelyard/domain-catalog';
import { contractBreaks, mayBreak, nextBreaking, predecessorOf } from '@steelyard/model-package';
import { publishingErrors } from '../errors.js';
import type { AcceptedPublication } from '../publication.js';

/**
 * Callers of a version get the next ones of its line without asking for them, so those take what it took and answer as it did. What does not
 * needs a new major version; of 0.x, a new minor one.
 * @throws AppError `PUBLISHING.CONTRACT_BROKEN`
 */
export async function checkContract({ tenantId, manifest }: AcceptedPublication, catalog: Pick<Catalog, 'versionNumbers' | 'contractOf'>): Promise<void> {
  const { name, version } = manifest;
  const published = await catalog.versionNumbers(tenantId, name);
  // That a number is taken is for the draft to say.
  const predecessor = predecessorOf(version, published);
  if (predecessor === undefined || mayBreak(version, predecessor) || published.includes(version)) return;
  const before = await catalog.contractOf(tenantId, name, predecessor);
  const breaks = before ? contractBreaks(before, manifest) : [];
  if (breaks.length > 0) throw publishingErrors.CONTRACT_BROKEN({ version, predecessor, breaks, next: nextBreaking(predecessor, published) });
}
