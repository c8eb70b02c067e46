import { Inject, Injectable } from '@nestjs/common';
import { Metering } from '@steelyard/domain-metering';
import { isId, type Caller, type PersonalCounts } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';

export interface SummaryLine {
  readonly unit: string;
  /** In parts of the unit. */
  readonly quantity: bigint;
  readonly amountNano: bigint;
}

/** What is written of every prediction: that it ran and what it cost, not what went in or came out. */
export interface PredictionSummary {
  readonly id: string;
  readonly status: string;
  readonly errorCode: string | null;
  readonly modelId: string;
  readonly versionId: string;
  /** What was charged for, component by component of the price; the amounts add up to `amountNano`. */
  readonly lines: readonly SummaryLine[];
  readonly amountNano: bigint;
  /** Taken from the free units of the model. */
  readonly isFree: boolean;
  readonly tag: string | null;
  /** What was masked before the model saw the input. */
  readonly masked: PersonalCounts;
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
      const { errorCode = null, freeQuantity = 0n, tag = null, masked = {} } = recent;
      return { ...recent, id, errorCode, tag, masked, lines: recent.lines ?? [recent], isFree: freeQuantity > 0n, occurredAt: new Date(recent.occurredAtMs) };
    }
    const consumerTenantId = caller.organizationId;
    const row = await this.database.withTenant(consumerTenantId, (tx) => tx.usageEvent.findFirst({ where: { id, consumerTenantId } }));
    return row ? { ...row, tag: row.tag || null, masked: (row.masked ?? {}) as PersonalCounts, lines: linesOf(row), isFree: row.freeQuantity > 0n } : undefined;
  }
}

function linesOf(row: SummaryLine & { readonly lines: unknown }): readonly SummaryLine[] {
  if (row.lines === null) return [row];
  return (row.lines as [string, string, string][]).map(([unit, quantity, amountNano]) => ({ unit, quantity: BigInt(quantity), amountNano: BigInt(amountNano) }));
}
