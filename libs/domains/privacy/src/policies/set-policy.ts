import { Inject, Injectable } from '@nestjs/common';
import { ModelNames } from '@steelyard/domain-catalog';
import { ActorNames, OrganizationHandles } from '@steelyard/domain-identity';
import { parseModelRef, personIdOf, type Caller, type PersonalKind } from '@steelyard/kernel';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { privacyErrors } from '../errors.js';
import { KnownPolicies } from './known-policies.js';
import { POLICIES_MAX, RETENTION_HOURS_MAX, type PolicyScope } from './policy.js';

/** Which policy: of one key, of one model, or of the organization. */
export interface PolicySubject {
  readonly keyId?: string | undefined;
  /** owner/name */
  readonly model?: string | undefined;
}

/** What is to be changed; what is left out stays. */
export interface PolicyChange {
  readonly mask?: readonly PersonalKind[] | undefined;
  readonly block?: readonly PersonalKind[] | undefined;
  /** `null` has the policy say nothing about it. */
  readonly retentionHours?: number | null | undefined;
}

interface Place {
  readonly scope: PolicyScope;
  readonly subject: string;
}

/** Sets and takes away policies. What was set counts on this server when it answers, and on others a moment later. */
@Injectable()
export class SetPolicy {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(KnownPolicies) private readonly known: KnownPolicies,
    @Inject(ModelNames) private readonly models: ModelNames,
    @Inject(ActorNames) private readonly actors: ActorNames,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
  ) {}

  /** @throws AppError `PRIVACY.POLICY_INVALID`, `PRIVACY.POLICIES_FULL`, `PRIVACY.KEY_NOT_FOUND`, `PRIVACY.MODEL_NOT_FOUND` */
  async set({ organizationId: tenantId, actorId }: Caller, whose: PolicySubject, change: PolicyChange): Promise<void> {
    const { providerId, ...at } = await this.#placeOf(tenantId, whose);
    const place = { tenantId, ...at };
    const problem = problemOf(place.scope, change);
    if (problem !== undefined) throw privacyErrors.POLICY_INVALID({ problem });
    const { mask, block, retentionHours } = change;
    const given = { ...(mask && { mask: [...new Set(mask)] }), ...(block && { block: [...new Set(block)] }), ...(retentionHours !== undefined && { retentionHours }) };
    const by = { updatedBy: actorId, updatedAt: new Date() };
    const where = { tenantId_scope_subject: place };
    await this.database.withTenant(tenantId, async (tx) => {
      if (!(await tx.privacyPolicy.findUnique({ where, select: { scope: true } }))) await makeRoom(tx, place);
      await tx.privacyPolicy.upsert({ where, create: { ...place, providerId, mask: [], block: [], ...given, ...by }, update: { ...given, ...by } });
    });
    if (retentionHours !== undefined && retentionHours !== null) await this.#shorten(place, retentionHours);
    await this.known.read(tenantId);
  }

  /** A policy that is not there is taken away already. @throws AppError `PRIVACY.POLICY_INVALID`, `PRIVACY.KEY_NOT_FOUND`, `PRIVACY.MODEL_NOT_FOUND` */
  async clear({ organizationId: tenantId }: Caller, whose: PolicySubject): Promise<void> {
    const { scope, subject } = await this.#placeOf(tenantId, whose);
    await this.database.withTenant(tenantId, (tx) => tx.privacyPolicy.deleteMany({ where: { tenantId, scope, subject } }));
    await this.known.read(tenantId);
  }

  /** What is kept already is kept no longer than what is kept from now on. */
  async #shorten({ tenantId, scope, subject }: Place & { readonly tenantId: string }, hours: number): Promise<void> {
    const text = `UPDATE kept_call SET expires_at = usage_id_time(prediction_id) + make_interval(hours => $3)
      WHERE tenant_id = $1 AND ($2 = '' OR key_id = $2) AND expires_at > usage_id_time(prediction_id) + make_interval(hours => $3)`;
    await this.database.pool.query(text, [tenantId, scope === 'key' ? subject : '', hours]);
  }

  async #placeOf(tenantId: string, { keyId, model }: PolicySubject): Promise<Place & { readonly providerId?: string }> {
    if (keyId !== undefined && model !== undefined) throw privacyErrors.POLICY_INVALID({ problem: 'A policy is of one key or of one model, not of both' });
    if (keyId !== undefined) {
      const isKey = personIdOf(keyId) === undefined && (await this.actors.keyNames(tenantId, [keyId])).has(keyId);
      if (!isKey) throw privacyErrors.KEY_NOT_FOUND({ keyId });
      return { scope: 'key', subject: keyId };
    }
    if (model === undefined) return { scope: 'organization', subject: '' };
    const modelId = await this.models.idOf(tenantId, model);
    if (modelId === undefined) throw privacyErrors.MODEL_NOT_FOUND({ ref: model });
    return { scope: 'model', subject: modelId, providerId: (await this.handles.idOf(parseModelRef(model)!.owner))! };
  }
}

/** Until the transaction ends no other one makes room. @throws AppError `PRIVACY.POLICIES_FULL` */
async function makeRoom(tx: Tx, { tenantId, scope }: Place & { readonly tenantId: string }): Promise<void> {
  const rows = await tx.$queryRaw<{ room: boolean }[]>`SELECT privacy_policy_make_room(${tenantId}::uuid, ${scope}, ${POLICIES_MAX}::integer) AS room`;
  if (!rows[0]!.room) throw privacyErrors.POLICIES_FULL({ scope, max: POLICIES_MAX });
}

function problemOf(scope: PolicyScope, { retentionHours }: PolicyChange): string | undefined {
  if (retentionHours === undefined || retentionHours === null) return undefined;
  if (scope === 'model') return 'How long calls are kept is said for the organization or for a key, not for a model';
  const isInRange = Number.isInteger(retentionHours) && retentionHours >= 0 && retentionHours <= RETENTION_HOURS_MAX;
  return isInRange ? undefined : `Calls are kept for 0 to ${RETENTION_HOURS_MAX} hours`;
}
