import { Inject, Injectable } from '@nestjs/common';
import { organizationIn } from '@steelyard/domain-identity';
import { PLATFORM_ORGANIZATION_ID, type Caller } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { holdingsErrors } from '../errors.js';
import { ERASURE, type Erasure } from './erasure.js';
import { findBalances, sayBalance } from './obstacles.js';

const SHOWN_MAX = 200;
const HOUR_MS = 3_600_000;

export interface ErasureWish {
  /** The organization's handle once more: this cannot be undone. */
  readonly confirm: string;
  /** Gives up what is left in the wallet and what is earned and not paid. */
  readonly forfeit: boolean;
}

/** Asks for an organization to be erased, and takes that back. */
@Injectable()
export class RequestErasure {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(CONFIG) private readonly config: Pick<Config, 'eraseAfterHours'>,
  ) {}

  /** Asked for again, it stays due when it was. @throws AppError `HOLDINGS.PLATFORM_STAYS`, `HOLDINGS.NOT_CONFIRMED`, `HOLDINGS.MONEY_LEFT` */
  async request({ organizationId: tenantId, organizationHandle: handle, actorId }: Caller, { confirm, forfeit }: ErasureWish): Promise<Erasure> {
    if (tenantId === PLATFORM_ORGANIZATION_ID) throw holdingsErrors.PLATFORM_STAYS({});
    if (confirm !== handle) throw holdingsErrors.NOT_CONFIRMED({ wanted: handle });
    return this.database.withPlatform(async (tx) => {
      const balances = (await findBalances(tx, tenantId)).filter(({ amountNano }) => !forfeit || amountNano < 0n);
      if (balances.length > 0) throw holdingsErrors.MONEY_LEFT({ left: balances.map(sayBalance) });
      const dueAt = new Date(Date.now() + this.config.eraseAfterHours * HOUR_MS);
      const row = await tx.erasure.upsert({ where: { tenantId }, create: { tenantId, forfeit, actorId, dueAt }, update: { forfeit }, select: ERASURE });
      return row as Erasure;
    });
  }

  /** @throws AppError `HOLDINGS.NO_ERASURE` where none waits */
  async cancel({ organizationId: tenantId }: Caller): Promise<void> {
    const { count } = await this.database.withPlatform((tx) => tx.erasure.deleteMany({ where: { tenantId, state: 'waiting' } }));
    if (count === 0) throw holdingsErrors.NO_ERASURE({});
  }

  async find({ organizationId: tenantId }: Caller): Promise<Erasure | null> {
    return this.database.withTenant(tenantId, (tx) => tx.erasure.findUnique({ where: { tenantId }, select: ERASURE })) as Promise<Erasure | null>;
  }

  /** Those of all organizations, newest first, for the operator. */
  async all(): Promise<(Erasure & { readonly handle: string })[]> {
    return this.database.withPlatform(async (tx) => {
      const rows = (await tx.erasure.findMany({ orderBy: { requestedAt: 'desc' }, select: ERASURE, take: SHOWN_MAX })) as Erasure[];
      const named: (Erasure & { readonly handle: string })[] = [];
      for (const row of rows) named.push({ ...row, handle: (await organizationIn(tx, row.tenantId)).handle });
      return named;
    });
  }
}
