import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '@steelyard/domain-ledger';
import { Metering, type DoneRecord } from '@steelyard/domain-metering';
import { AppError, feeOf } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import type { Admission } from './admission.js';
import { Builds } from './receipts/builds.js';
import { sha256 } from './receipts/sha256.js';

/** How long the parts of a call took, in milliseconds. */
export interface CallDurations {
  readonly queueMs: number;
  readonly computeMs: number;
}

/** How a call that is charged ended: with its answer, or why it came to none. */
export interface CallEnd {
  readonly output?: Uint8Array;
  readonly errorCode?: string;
}

/** What is written of a call: that it begins, and what became of it. */
@Injectable()
export class SettleCall {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Metering) private readonly metering: Metering,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(Builds) private readonly builds: Builds,
  ) {}

  /** @throws AppError as `Metering.intent` */
  begin({ eventId, command, version, startedAtMs }: Admission): void {
    const { modelId, versionId } = version;
    this.metering.intent({ eventId, consumerTenantId: command.caller.organizationId, modelId, versionId, startedAtMs });
  }

  /** Charges the call; resolves when that is durable. */
  async succeeded(admission: Admission, { queueMs, computeMs }: CallDurations, end: CallEnd): Promise<void> {
    const build = await this.builds.of(admission.version.manifest.runtime.name);
    const outputHash = end.output && sha256(end.output);
    const { amountNano } = admission;
    const charge = { quantity: 1n, amountNano, feeNano: feeOf(amountNano, this.config.feeBasisPoints) };
    const record = recordOf(admission, { status: 'succeeded', errorCode: end.errorCode, charge, queueMs, computeMs });
    await this.metering.succeeded({ ...record, inputHash: admission.inputHash(), outputHash, build });
  }

  /** A failed call with an idempotency key gives the key back before it answers, so that a retry may run. */
  async failed(admission: Admission, error: unknown): Promise<void> {
    const errorCode = error instanceof AppError ? error.code : 'INTERNAL';
    this.metering.failed(recordOf(admission, { status: 'failed', errorCode, charge: NOTHING, queueMs: 0, computeMs: 0 }));
    if (admission.command.options.idempotencyKey !== undefined) await this.ledger.release([admission.eventId], 'void');
  }
}

type Charge = Pick<DoneRecord, 'quantity' | 'amountNano' | 'feeNano'>;

const NOTHING: Charge = { quantity: 0n, amountNano: 0n, feeNano: 0n };

interface Outcome extends CallDurations, Pick<DoneRecord, 'status' | 'errorCode'> {
  readonly charge: Charge;
}

function recordOf({ eventId, command, version, startedTickMs }: Admission, { status, errorCode, charge, queueMs, computeMs }: Outcome): DoneRecord {
  const { caller } = command;
  const { price } = version;
  return {
    eventId,
    consumerTenantId: caller.organizationId,
    providerTenantId: version.providerTenantId,
    keyId: caller.actorId,
    modelId: version.modelId,
    versionId: version.versionId,
    priceId: price.id,
    status,
    errorCode,
    unit: price.components[0]!.unit,
    quantity: charge.quantity,
    amountNano: charge.amountNano,
    feeNano: charge.feeNano,
    currency: price.currency,
    queueMicros: Math.round(queueMs * 1_000),
    computeMicros: Math.round(computeMs * 1_000),
    totalMicros: Math.round((performance.now() - startedTickMs) * 1_000),
    occurredAtMs: Date.now(),
  };
}
