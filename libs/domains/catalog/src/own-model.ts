import { organizationIn } from '@steelyard/domain-identity';
import type { Tx } from '@steelyard/platform-database';
import { catalogErrors } from './errors.js';

/**
 * Finds a model of the tenant's by its name, with or without the owner before it, and holds it until the transaction ends: changes of one
 * model follow one after the other. With another owner before it, it is not there: who acts for two organizations changes no namesake.
 * @throws CATALOG.MODEL_NOT_FOUND
 */
export async function ownModel(tx: Tx, { tenantId, model }: { readonly tenantId: string; readonly model: string }): Promise<string> {
  const slash = model.indexOf('/');
  if (slash !== -1 && model.slice(0, slash) !== (await organizationIn(tx, tenantId)).handle) throw catalogErrors.MODEL_NOT_FOUND({ ref: model });
  const name = model.slice(slash + 1);
  const [found] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM model WHERE tenant_id = ${tenantId}::uuid AND name = ${name} FOR NO KEY UPDATE`;
  if (!found) throw catalogErrors.MODEL_NOT_FOUND({ ref: model });
  return found.id;
}
