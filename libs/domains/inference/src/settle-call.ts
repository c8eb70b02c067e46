import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '@steelyard/domain-ledger';
import { Metering, type DoneRecord } from '@steelyard/domain-metering';
import { AppError, feeOf } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import type { Admission } from './admission.js';

/** How long the parts of a call took, in milliseconds. */
export interface CallDurations {
  readonly queueMs: number;
  readonly computeMs: number;
}

/** What is written of a call: that it begins, and what became of it. */
@Injectable()
export class SettleCall {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Metering) private readonly metering: Metering,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  /** @throws AppError as `Metering.intent` */
  begin({ eventId, command, version, startedAtMs }: Admission): void {
    const { modelId, versionId } = version;
    this.metering.intent({ eventId, consumerTenantId: command.caller.organizationId, modelId, versionId, startedAtMs });
  }

  /** Charges the call; resolves when that is durable. `errorCode` says why one that is charged came to no answer. */
  succeeded(admission: Admission, durations: CallDurations, errorCode?: string): Promise<void> {
    return this.metering.succeeded({ ...chargedRecord(admission, durations, this.config.feeBasisPoints), errorCode });
  }

  /** A failed call with an idempotency key gives the key back before it answers, so that a retry may run. */
  async failed(admission: Admission, error: unknown): Promise<void> {
    const errorCode = error instanceof AppError ? error.code : 'INTERNAL';
    this.metering.failed(failedRecord(admission, errorCode));
    if (admission.command.options.idempotencyKey !== undefined) await this.ledger.release([admission.eventId], 'void');
  }
}

function usageRecord(admission: Admission): Omit<DoneRecord, 'status' | 'quantity' | 'amountNano' | 'feeNano' | 'queueMicros' | 'computeMicros'> {
  const { version, command, startedTickMs } = admission;
  return {
    eventId: admission.eventId,
    consumerTenantId: command.caller.organizationId,
    providerTenantId: version.providerTenantId,
    keyId: command.caller.actorId,
    modelId: version.modelId,
    versionId: version.versionId,
    priceId: version.price.id,
    unit: version.price.unit,
    currency: version.price.currency,
    totalMicros: Math.round((performance.now() - startedTickMs) * 1_000),
    occurredAtMs: Date.now(),
  };
}

function chargedRecord(admission: Admission, { queueMs, computeMs }: CallDurations, feeBasisPoints: number): DoneRecord {
  const { amountNano } = admission;
  return {
    ...usageRecord(admission),
    status: 'succeeded',
    quantity: 1n,
    amountNano,
    feeNano: feeOf(amountNano, feeBasisPoints),
    queueMicros: Math.round(queueMs * 1_000),
    computeMicros: Math.round(computeMs * 1_000),
  };
}

function failedRecord(admission: Admission, errorCode: string): DoneRecord {
  const nothing = { quantity: 0n, amountNano: 0n, feeNano: 0n, queueMicros: 0, computeMicros: 0 };
  return { ...usageRecord(admission), ...nothing, status: 'failed', errorCode };
}
