import type { Permission } from '@steelyard/kernel';
import { keyErrors } from '../keys/errors.js';

/** Port: models as keys name them. */
export interface KeyModels {
  /** The id of the model `owner/name` that an organization may see. */
  idOf(tenantId: string, ref: string): Promise<string | undefined>;
  /** owner/name by id, of those that the organization may see now. */
  namesOf(tenantId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Injects the {@link KeyModels}. */
export const KEY_MODELS = Symbol('steelyard:key-models');

/** Of an installation without a catalog. */
export const NO_MODELS: KeyModels = { idOf: async () => undefined, namesOf: async () => new Map() };

const MODELS_MAX = 100;

/** These reach beyond any list of models: a key that may make keys would make one without the list. */
const BEYOND_MODELS: readonly Permission[] = ['models:publish', 'budgets:manage', 'payments:manage', 'keys:manage', 'organization:manage'];

/**
 * The ids of the models that a key is to be for; none where it is for all.
 * @throws AppError `IDENTITY.MODELS_TOO_MANY`, `MODELS_UNKNOWN`, `SCOPES_BEYOND_MODELS`
 */
export async function checkModels(models: KeyModels, tenantId: string, wanted: { readonly refs: readonly string[]; readonly scopes: readonly Permission[] }): Promise<string[]> {
  const refs = [...new Set(wanted.refs)];
  if (refs.length === 0) return [];
  if (refs.length > MODELS_MAX) throw keyErrors.MODELS_TOO_MANY({ max: MODELS_MAX });
  const beyond = wanted.scopes.filter((scope) => BEYOND_MODELS.includes(scope));
  if (beyond.length > 0) throw keyErrors.SCOPES_BEYOND_MODELS({ beyond });
  const ids = await Promise.all(refs.map((ref) => models.idOf(tenantId, ref)));
  const unknown = refs.filter((_ref, index) => ids[index] === undefined);
  if (unknown.length > 0) throw keyErrors.MODELS_UNKNOWN({ unknown });
  return [...new Set(ids as string[])];
}
