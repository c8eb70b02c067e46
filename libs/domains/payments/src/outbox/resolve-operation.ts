import { Inject, Injectable } from '@nestjs/common';
import { isId, type Caller, type Clock } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { PAYMENT_CLOCK } from '../clock.js';
import { paymentErrors } from '../errors.js';
import { again } from './operation-rows.js';
import type { Operation } from './operation.js';
import { Outbox, stillStuck, type Resolved } from './outbox.js';

export interface ResolveCommand {
  readonly id: string;
  /** `retry`: looked up once more, and sent under a new key if it is not there. `give-up`: taken back, unless the look-up finds it. */
  readonly action: 'retry' | 'give-up';
  readonly reason: string;
}

/** What the operator does about an operation that is stuck. */
@Injectable()
export class ResolveOperation {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(PAYMENT_CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws AppError `PAYMENTS.OPERATION_NOT_FOUND`, `OPERATION_NOT_STUCK`, `REASON_MISSING`, and what Stripe cannot be asked by */
  async resolve(caller: Caller, { id, action, reason }: ResolveCommand): Promise<string> {
    if (reason.trim() === '') throw paymentErrors.REASON_MISSING({});
    const operation = await this.#find(id);
    if (operation.state !== 'stuck') throw paymentErrors.OPERATION_NOT_STUCK({ key: operation.key, state: operation.state });
    const found = await this.outbox.handlerOf(operation.kind).find(operation);
    const resolved = { resolvedBy: caller.actorId, resolution: `${action}: ${reason}` };
    const isResolved =
      found === undefined && action === 'give-up'
        ? await this.outbox.giveUp(operation, paymentErrors.GIVEN_UP({ reason }), resolved)
        : await this.#mark(operation, { ...resolved, ...(found === undefined && again(new Date(this.clock.nowMs()))) });
    if (!isResolved) throw paymentErrors.OPERATION_NOT_STUCK({ key: operation.key, state: 'resolved by somebody else' });
    if (found !== undefined) await this.outbox.finish(operation, found);
    else if (action === 'retry') await this.outbox.run(id);
    return id;
  }

  async #mark(operation: Operation, data: Resolved & Partial<ReturnType<typeof again>>): Promise<boolean> {
    const { count } = await this.database.withPlatform((tx) => tx.paymentOperation.updateMany({ where: stillStuck(operation), data }));
    return count > 0;
  }

  async #find(id: string): Promise<Operation> {
    const row = isId(id) ? await this.database.withPlatform((tx) => tx.paymentOperation.findUnique({ where: { id } })) : null;
    if (!row) throw paymentErrors.OPERATION_NOT_FOUND({ id });
    return row as Operation;
  }
}
