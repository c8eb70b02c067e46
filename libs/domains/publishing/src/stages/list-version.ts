import type { Catalog } from '@steelyard/domain-catalog';
import type { AcceptedPublication } from '../publication.js';

const FIRST_CHANNEL = 'stable';

/**
 * Shows the version to those who may see it: visibility first, then the channel, so that no channel points to what its
 * readers cannot see. The first ready version goes to `stable` by itself, later ones only where they are asked to.
 * @returns the channel, or `undefined` when the version is on none.
 */
export async function listVersion(publication: AcceptedPublication, modelId: string, catalog: Catalog): Promise<string | undefined> {
  const { tenantId, actorId, manifest, request } = publication;
  if (request.public) await catalog.setVisibility(tenantId, manifest.name, 'public');
  const isFirst = request.channel === undefined && !(await catalog.hasChannel(tenantId, modelId, FIRST_CHANNEL));
  const channel = request.channel ?? (isFirst ? FIRST_CHANNEL : undefined);
  if (channel === undefined) return undefined;
  const reason = isFirst ? 'first ready version' : 'published to this channel';
  await catalog.releaseVersion({ tenantId, actorId, model: manifest.name, version: manifest.version, channel, reason });
  return channel;
}
