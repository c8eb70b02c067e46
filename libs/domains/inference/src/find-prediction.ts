import { Inject, Injectable } from '@nestjs/common';
import { Metering } from '@steelyard/domain-metering';
import { isId, type Caller } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';

/** What is kept of a prediction: that it ran and what it cost, not what went in or came out. */
export interface PredictionSummary {
  readonly id: string;
  readonly status: string;
  readonly errorCode: string | null;
  readonly modelId: string;
  readonly versionId: string;
  readonly unit: string;
  readonly quantity: bigint;
  readonly amountNano: bigint;
  readonly currency: string;
  readonly queueMicros: number;
  readonly computeMicros: number;
  readonly totalMicros: number;
  readonly occurredAt: Date;
}

/** Looks up the caller's own predictions, also those whose usage has not reached the database yet. */
@Injectable()
export class FindPrediction {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Metering) private readonly metering: Metering,
  ) {}

  async find(caller: Caller, id: string): Promise<PredictionSummary | undefined> {
    if (!isId(id)) return undefined;
    const recent = this.metering.recent(id);
    if (recent && recent.consumerTenantId === caller.organizationId) {
      return { ...recent, id, errorCode: recent.errorCode ?? null, occurredAt: new Date(recent.occurredAtMs) };
    }
    const consumerTenantId = caller.organizationId;
    const row = await this.database.withTenant(consumerTenantId, (tx) => tx.usageEvent.findFirst({ where: { id, consumerTenantId } }));
    return row ?? undefined;
  }
}
