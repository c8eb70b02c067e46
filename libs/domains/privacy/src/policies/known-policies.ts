import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { isPersonalKind, type Caller } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { addUp, NO_POLICY, type CallPolicy, type PolicyScope, type PrivacyPolicy } from './policy.js';

const POLICY_CHANGED = 'steelyard_privacy';
/** How long a change may go unheard while the connection that listens is lost. */
const READ_ALL_EVERY_MS = 30_000;

/** What a call is made to. */
export interface CalledModel {
  readonly modelId: string;
  readonly providerTenantId: string;
}

/** The policies of one organization, by scope and subject. */
type OwnPolicies = ReadonlyMap<string, PrivacyPolicy>;

/**
 * All policies there are, in memory: what holds for a call is known without asking anybody. An organization has few of them (`POLICIES_MAX`), and they are small. They are read at the start, and those of
 * an organization again whenever one of them changes.
 */
@Injectable()
export class KnownPolicies implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  #byTenant = new Map<string, OwnPolicies>();
  /** Counts up with each read that begins: what an older one brings is not believed over a newer one. */
  #reads = 0;
  readonly #readAt = new Map<string, number>();
  #stopListening: (() => Promise<void>) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** No call is answered before the policies are known. @throws what `pg` throws */
  async onModuleInit(): Promise<void> {
    const heard = (tenantId: string) => this.#logged(this.read(tenantId));
    this.#stopListening = await this.database.listen(POLICY_CHANGED, heard, { onGap: () => this.#logged(this.readAll()) });
    await this.readAll();
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => this.#logged(this.readAll()), READ_ALL_EVERY_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#stopListening?.();
  }

  /** What holds for a call. The provider's policy of its own model counts for everybody. */
  of({ organizationId, actorId }: Pick<Caller, 'organizationId' | 'actorId'>, { modelId, providerTenantId }: CalledModel): CallPolicy {
    const own = this.#byTenant.get(organizationId);
    const providers = providerTenantId === organizationId ? undefined : this.#byTenant.get(providerTenantId);
    if (!own && !providers) return NO_POLICY;
    const model = at('model', modelId);
    const found = [own?.get(at('organization', '')), own?.get(at('key', actorId)), own?.get(model), providers?.get(model)];
    return addUp(found.filter((policy) => policy !== undefined));
  }

  /** Reads those of one organization again. @throws what `pg` throws */
  async read(tenantId: string): Promise<void> {
    const turn = (this.#reads += 1);
    const policies = (await this.#select('WHERE tenant_id = $1', [tenantId])).get(tenantId);
    if ((this.#readAt.get(tenantId) ?? 0) > turn) return;
    this.#readAt.set(tenantId, turn);
    if (policies) this.#byTenant.set(tenantId, policies);
    else this.#byTenant.delete(tenantId);
  }

  /** @throws what `pg` throws */
  async readAll(): Promise<void> {
    const turn = (this.#reads += 1);
    const all = await this.#select('', []);
    // What was read by itself since this began is newer.
    for (const [tenantId, readAt] of this.#readAt) {
      const newer = readAt > turn ? this.#byTenant.get(tenantId) : undefined;
      if (newer) all.set(tenantId, newer);
      else if (readAt > turn) all.delete(tenantId);
      else this.#readAt.delete(tenantId);
    }
    this.#byTenant = all;
  }

  async #select(where: string, values: unknown[]): Promise<Map<string, OwnPolicies>> {
    const { rows } = await this.database.pool.query<PolicyRow>(`SELECT tenant_id, scope, subject, mask, block, retention_hours, updated_by, updated_at FROM privacy_policy ${where}`, values);
    const byTenant = new Map<string, Map<string, PrivacyPolicy>>();
    for (const row of rows) {
      const own = byTenant.get(row.tenant_id) ?? new Map<string, PrivacyPolicy>();
      byTenant.set(row.tenant_id, own.set(at(row.scope, row.subject), toPolicy(row)));
    }
    return byTenant;
  }

  #logged(reading: Promise<void>): void {
    reading.catch((error: unknown) => this.log.warn({ err: error }, 'policies of privacy could not be read; they are read again within 30 s'));
  }
}

const at = (scope: PolicyScope, subject: string): string => `${scope} ${subject}`;

interface PolicyRow {
  readonly tenant_id: string;
  readonly scope: PolicyScope;
  readonly subject: string;
  readonly mask: string[];
  readonly block: string[];
  readonly retention_hours: number | null;
  readonly updated_by: string;
  readonly updated_at: Date;
}

function toPolicy({ scope, subject, mask, block, retention_hours: retentionHours, updated_by: updatedBy, updated_at: updatedAt }: PolicyRow): PrivacyPolicy {
  return { scope, subject, mask: mask.filter(isPersonalKind), block: block.filter(isPersonalKind), retentionHours, updatedBy, updatedAt };
}
