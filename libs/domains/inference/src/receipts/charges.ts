import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Metering, type DoneRecord } from '@steelyard/domain-metering';
import { isId, type PersonalCounts, type PriceUnit, type RatedLine } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { DATABASE, type Database } from '@steelyard/platform-database';

/** What a receipt says of a call. */
export type Charge = Omit<DoneRecord, 'keyId' | 'feeNano' | 'tag' | 'modelId'>;

/** Another server may have run it: it writes its usage within a tenth of a second, unless the database is slow. */
const WAIT_MS = 1_000;
const LOOK_EVERY_MS = 50;

/** Finds what became of calls, also of those that ended a moment ago. */
@Injectable()
export class Charges {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Metering) private readonly metering: Metering,
    @Inject(CONFIG) private readonly config: Pick<Config, 'deadlineMs'>,
  ) {}

  /** A call of the organization's own. One that may have just ended is waited for, a second at most. */
  async find(consumerTenantId: string, id: string): Promise<Charge | undefined> {
    if (!isId(id)) return undefined;
    const endsAtMs = timeOf(id) + this.config.deadlineMs > Date.now() ? Date.now() + WAIT_MS : 0;
    for (;;) {
      const found = await this.#look(consumerTenantId, id);
      if (found || Date.now() >= endsAtMs) return found;
      await delay(LOOK_EVERY_MS);
    }
  }

  /** The row first: where a call was written down twice, the row is what counted. */
  async #look(consumerTenantId: string, id: string): Promise<Charge | undefined> {
    const recent = this.metering.recent(id);
    const row = await this.database.withTenant(consumerTenantId, (tx) => tx.usageEvent.findFirst({ where: { id, consumerTenantId } }));
    if (!row) return recent?.consumerTenantId === consumerTenantId ? recent : undefined;
    const { lines, occurredAt, errorCode, status, inputHash, outputHash, build, masked, ...rest } = row;
    return {
      ...rest,
      eventId: id,
      status: status as DoneRecord['status'],
      errorCode: errorCode ?? undefined,
      lines: lines === null ? undefined : linesOf(lines as unknown as LineRow[]),
      inputHash: inputHash ?? undefined,
      outputHash: outputHash ?? undefined,
      build: build ?? undefined,
      masked: (masked as PersonalCounts | null) ?? undefined,
      occurredAtMs: occurredAt.getTime(),
    };
  }
}

type LineRow = readonly [unit: string, quantity: string, amountNano: string];

function linesOf(rows: readonly LineRow[]): RatedLine[] {
  return rows.map(([unit, quantity, amountNano]) => ({ unit: unit as PriceUnit, quantity: BigInt(quantity), amountNano: BigInt(amountNano) }));
}

/** When a UUID version 7 was made, in milliseconds since 1970. */
function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
