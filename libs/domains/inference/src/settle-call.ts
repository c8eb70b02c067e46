import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '@steelyard/domain-ledger';
import { Metering, type DoneRecord } from '@steelyard/domain-metering';
import { KeepCalls } from '@steelyard/domain-privacy';
import { AppError, feeOf } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import type { Admission } from './admission.js';
import { Builds } from './receipts/builds.js';
import { sha256 } from './receipts/sha256.js';
import type { Charge } from './charging/charge.js';

/** How long the parts of a call took, in milliseconds. */
export interface CallDurations {
  readonly queueMs: number;
  readonly computeMs: number;
}

/** How a call that is charged ended: what it costs, and why it came to no answer. */
export interface CallEnd {
  readonly charge: Charge;
  /** The answer as the engine gave it, where there is one. */
  readonly output?: Uint8Array | undefined;
  readonly errorCode?: string | undefined;
}

/** What is written of a call: that it begins, and what became of it. */
@Injectable()
export class SettleCall {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Metering) private readonly metering: Metering,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(Builds) private readonly builds: Builds,
    @Inject(KeepCalls) private readonly keeping: Pick<KeepCalls, 'offer'>,
  ) {}

  /** Whether a call could begin at this moment; for who is about to hold its money. @throws AppError as `Metering.checkReady` */
  checkReady(): void {
    this.metering.checkReady();
  }

  /** @throws AppError as `Metering.intent` */
  begin({ eventId, command, version, startedAtMs }: Admission): void {
    const { modelId, versionId } = version;
    this.metering.intent({ eventId, consumerTenantId: command.caller.organizationId, modelId, versionId, startedAtMs });
  }

  /** Gives back what is held for a call that could not begin, or failed. */
  async giveBack({ eventId, isTakenUp }: Admission): Promise<void> {
    await this.ledger.release([eventId], isTakenUp ? 'expired' : 'void');
  }

  /** Charges the call; resolves when that is durable. */
  async succeeded(admission: Admission, { queueMs, computeMs }: CallDurations, { charge, output, errorCode }: CallEnd): Promise<void> {
    const build = await this.builds.of(admission.version.manifest.runtime.name);
    const record = recordOf(admission, { status: 'succeeded', errorCode, charge: this.#columnsOf(charge), queueMs, computeMs });
    await this.metering.succeeded({ ...record, inputHash: admission.inputHash(), outputHash: output && sha256(output), build });
    this.#keep(admission, output);
  }

  /** A failed call with an idempotency key gives the key back before it answers, so that a retry may run. */
  async failed(admission: Admission, error: unknown): Promise<void> {
    const errorCode = error instanceof AppError ? error.code : 'INTERNAL';
    this.metering.failed(recordOf(admission, { status: 'failed', errorCode, charge: NOTHING, queueMs: 0, computeMs: 0 }));
    this.#keep(admission);
    if (admission.command.options.idempotencyKey !== undefined) await this.giveBack(admission);
  }

  /** What its organization has kept of the call: of one that failed, the input. */
  #keep({ eventId: predictionId, command: { caller }, input, retentionHours }: Admission, output?: Uint8Array): void {
    if (!retentionHours) return;
    this.keeping.offer({ predictionId, tenantId: caller.organizationId, keyId: caller.actorId, retentionHours, input, output });
  }

  #columnsOf({ lines, amountNano, freeQuantity }: Charge): ChargeColumns {
    const quantity = lines[0]!.quantity;
    const feeNano = feeOf(amountNano, this.config.feeBasisPoints);
    return { quantity, amountNano, feeNano, lines: lines.length > 1 ? lines : undefined, freeQuantity };
  }
}

type ChargeColumns = Pick<DoneRecord, 'quantity' | 'amountNano' | 'feeNano' | 'lines' | 'freeQuantity'>;

const NOTHING: ChargeColumns = { quantity: 0n, amountNano: 0n, feeNano: 0n };

interface Outcome extends CallDurations, Pick<DoneRecord, 'status' | 'errorCode'> {
  readonly charge: ChargeColumns;
}

function recordOf({ eventId, command, version, masked, startedTickMs }: Admission, { status, errorCode, charge, queueMs, computeMs }: Outcome): DoneRecord {
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
    ...charge,
    tag: command.options.tag,
    masked,
    currency: price.currency,
    queueMicros: Math.round(queueMs * 1_000),
    computeMicros: Math.round(computeMs * 1_000),
    totalMicros: Math.round((performance.now() - startedTickMs) * 1_000),
    occurredAtMs: Date.now(),
  };
}
