import { Inject, Injectable } from '@nestjs/common';
import { ModelNames } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { isId } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { problemOf, type CorrectionProblem } from './correctable.js';

/** A call and what it was charged. */
export interface Charge {
  readonly id: string;
  /** Handle of who called. */
  readonly consumer: string;
  /** Handle of whose model it is. */
  readonly provider: string;
  /** owner/name@version; null once the version is gone. */
  readonly model: string | null;
  readonly occurredAt: Date;
  readonly status: 'succeeded' | 'failed';
  readonly errorCode: string | null;
  readonly amountNano: bigint;
  readonly feeNano: bigint;
  readonly currency: string;
  /** yyyymm */
  readonly period: number;
  /** Why it cannot be taken back; null when it can. */
  readonly problem: CorrectionProblem['problem'] | null;
  /** Where it was taken back. */
  readonly correction: { readonly reason: string; readonly actorId: string; readonly createdAt: Date; readonly creditNote: { readonly id: string; readonly number: string } } | null;
}

interface ChargeRow {
  readonly id: string;
  readonly consumer_tenant_id: string;
  readonly provider_tenant_id: string;
  readonly version_id: string;
  readonly occurred_at: Date;
  readonly status: 'succeeded' | 'failed';
  readonly error_code: string | null;
  readonly amount_nano: string;
  readonly fee_nano: string;
  readonly currency: string;
  readonly period: number;
  readonly reason: string | null;
  readonly actor_id: string;
  readonly created_at: Date;
  readonly document_id: string;
  readonly number: string;
}

const CHARGE = `
  SELECT e.id, e.consumer_tenant_id, e.provider_tenant_id, e.version_id, e.occurred_at, e.status, e.error_code, e.amount_nano, e.fee_nano, e.currency, e.period,
    c.reason, c.actor_id, c.created_at, c.document_id, d.number
  FROM usage_event AS e LEFT JOIN usage_correction AS c ON c.event_id = e.id
  LEFT JOIN billing_document AS d ON d.tenant_id = c.consumer_tenant_id AND d.id = c.document_id
  WHERE e.id = $1`;

/** One call of anybody, for the operator, who is told its id by whoever complains of it. */
@Injectable()
export class FindCharge {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
    @Inject(ModelNames) private readonly models: ModelNames,
  ) {}

  async run(id: string): Promise<Charge | undefined> {
    const known = id.toLowerCase();
    if (!isId(known)) return undefined;
    const { rows } = await this.database.pool.query<ChargeRow>(CHARGE, [known]);
    const [row] = rows;
    if (!row) return undefined;
    const { consumer_tenant_id: consumerId, provider_tenant_id: providerId, version_id: versionId } = row;
    const handles = await this.handles.handlesOf([consumerId, providerId]);
    const version = (await this.models.versions(providerId, [{ ownerId: providerId, id: versionId }])).get(versionId);
    return {
      ...amountsOf(row),
      consumer: handles.get(consumerId)!,
      provider: handles.get(providerId)!,
      model: version ? `${version.modelRef}@${version.version}` : null,
      problem: problemOf({ ...row, corrected: row.reason !== null }) ?? null,
      correction: row.reason === null ? null : { reason: row.reason, actorId: row.actor_id, createdAt: row.created_at, creditNote: { id: row.document_id, number: row.number } },
    };
  }
}

function amountsOf({ id, occurred_at, status, error_code, amount_nano, fee_nano, currency, period }: ChargeRow) {
  return { id, occurredAt: occurred_at, status, errorCode: error_code, amountNano: BigInt(amount_nano), feeNano: BigInt(fee_nano), currency, period };
}
