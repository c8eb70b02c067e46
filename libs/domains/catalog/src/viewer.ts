import { isAllowed, type Caller } from '@steelyard/kernel';

/** A tenant that is nobody: as it a transaction sees what is public, and nothing else. */
const NOBODY_ID = '00000000-0000-0000-0000-000000000000';

/** As which tenant the catalog is read: what is public is for all, the rest for callers who may read their organization's models. */
export function viewerId(caller: Caller | undefined): string {
  return caller && isAllowed(caller, 'models:read') ? caller.organizationId : NOBODY_ID;
}

/** As which tenant a caller looks a model up by its name: who may call models learns of them too. As nobody when undefined. */
export function userId(caller: Caller | undefined): string | undefined {
  return caller && (isAllowed(caller, 'predict') || isAllowed(caller, 'models:read')) ? caller.organizationId : undefined;
}
