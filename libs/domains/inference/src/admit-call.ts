import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Catalog, pricedAt } from '@steelyard/domain-catalog';
import { AMOUNT_NANO_MAX, Ledger, type ExtendOutcome, type Reservation, type ReserveOutcome } from '@steelyard/domain-ledger';
import { KnownPolicies } from '@steelyard/domain-privacy';
import { formatModelRef, isForModel, newId, rateTerms, UNIT_PARTS, type PriceTerms, type Quantities } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { encodeValue } from '@steelyard/wire';
import type { Admission } from './admission.js';
import { InputChecks } from './check-input.js';
import { drawFor } from './draw.js';
import { inferenceErrors } from './errors.js';
import { maskCommand } from './mask-command.js';
import type { PredictCommand, PredictOptions } from './predict-command.js';
import { lazySha256 } from './receipts/sha256.js';
import { firstSlice, grows, mostOf } from './units/quantities.js';

/**
 * How long a hold's time goes beyond its call's deadline, so that the usage of a call that was just in time is flushed before. Metering gives a hold up later
 * still, by minutes: its server may have answered, and not be able to write.
 */
const HOLD_GRACE_MS = 10_000;

export type Reserved = Extract<ReserveOutcome, { eventId: string }>;

/** What comes before a call runs: which version, whether the input fits it, and the money. */
@Injectable()
export class AdmitCall {
  readonly #checks = new InputChecks();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(KnownPolicies) private readonly policies: Pick<KnownPolicies, 'of'>,
  ) {}

  /**
   * @param isFollowed its hold may grow while it runs
   * @throws AppError of CATALOG and INFERENCE, and `PRIVACY.BLOCKED`
   */
  async admit(asked: PredictCommand, isFollowed = false): Promise<Admission> {
    const startedAtMs = Date.now();
    const startedTickMs = performance.now();
    refuseUnknownOptions(asked.options);
    const deadlineAtMs = startedAtMs + deadlineOf(asked.options, this.config.deadlineMs);
    if (deadlineAtMs <= startedAtMs) throw inferenceErrors.DEADLINE_PASSED({});
    const draw = drawFor(asked.caller.organizationId, asked.options.idempotencyKey);
    const version = pricedAt(await this.catalog.resolve(asked.ref, asked.caller, draw), startedAtMs);
    if (!isForModel(asked.caller, version.modelId)) throw await this.catalog.notAllowed(asked.caller, formatModelRef({ owner: version.owner, name: version.name }));
    const policy = this.policies.of(asked.caller, version);
    const { command, masked } = maskCommand(asked, version, policy);
    this.#checks.check(version, command.input);
    const input = command.encoded ?? encodeValue(command.input);
    const most = mostOf(version.price, { version, input: command.input, inputBytes: input.byteLength, longestMs: deadlineAtMs - startedAtMs });
    const held = isFollowed && grows(most) ? firstSlice(most) : most;
    const { retentionHours } = policy;
    return { eventId: newId(startedAtMs), command, version, input, inputHash: lazySha256(input), masked, retentionHours, most, held, startedAtMs, startedTickMs, deadlineAtMs };
  }

  /**
   * Holds what the call may cost, or finds the earlier call that the idempotency key leads to.
   * @throws INFERENCE.PAYMENT_REQUIRED, INFERENCE.LIMIT_REACHED, INFERENCE.IDEMPOTENCY_KEY_REUSED
   */
  async reserve(admission: Admission): Promise<Reserved> {
    const { command, version, most, held } = admission;
    const amountNano = worstOf(version.price, held);
    const { idempotencyKey } = command.options;
    const { currency } = version.price;
    const reserved = await this.ledger.reserve({
      eventId: admission.eventId,
      tenantId: command.caller.organizationId,
      currency,
      amountNano,
      keyId: command.caller.actorId,
      modelId: version.modelId,
      free: freeOf(version.price, most),
      expiresAtMs: admission.deadlineAtMs + HOLD_GRACE_MS,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey, requestHash: hashRequest(command.ref, admission.inputHash()) }),
    });
    if (reserved.outcome === 'conflict') throw inferenceErrors.IDEMPOTENCY_KEY_REUSED({ key: idempotencyKey! });
    if (reserved.outcome === 'open' || reserved.outcome === 'replay') return reserved;
    const { availableNano } = reserved;
    if (reserved.outcome === 'limited') {
      const { budgetId } = reserved;
      throw inferenceErrors.LIMIT_REACHED({ requiredNano: amountNano.toString(), availableNano: availableNano.toString(), currency, budgetId });
    }
    throw inferenceErrors.PAYMENT_REQUIRED({ requiredNano: amountNano.toString(), availableNano: availableNano.toString(), currency });
  }

  /** Holds more for a call that runs. @throws LEDGER.UNAVAILABLE */
  extend({ eventId, deadlineAtMs }: Admission, amountNano: bigint): Promise<ExtendOutcome> {
    return this.ledger.extend(eventId, { amountNano: atMost(amountNano), expiresAtMs: deadlineAtMs + HOLD_GRACE_MS });
  }
}

/** What a call with a worst case costs at most. Nobody has more than a counter holds, so that more is as much as nobody has. */
export function worstOf(terms: PriceTerms, most: Quantities): bigint {
  return atMost(rateTerms(most, terms).amountNano);
}

/** The free units that a call may take: all that it may need of them, or none. */
export function freeOf({ free }: PriceTerms, most: Quantities): Reservation['free'] {
  if (!free) return undefined;
  const quantity = most[free.unit] ?? 0n;
  return { unit: free.unit, limit: atMost(free.quantity * UNIT_PARTS[free.unit]), quantity: quantity > 0n ? quantity : 1n };
}

function atMost(amount: bigint): bigint {
  return amount < AMOUNT_NANO_MAX ? amount : AMOUNT_NANO_MAX;
}

function refuseUnknownOptions(options: PredictOptions): void {
  if (options.explain) throw inferenceErrors.OPTION_NOT_CONFIGURED({ option: 'explain' });
  if (options.where === 'edge') throw inferenceErrors.OPTION_NOT_CONFIGURED({ option: 'where' });
  const key = options.idempotencyKey;
  if (key !== undefined && !/^[\x20-\x7e]{1,255}$/.test(key)) throw inferenceErrors.IDEMPOTENCY_KEY_INVALID({});
  if (options.tag !== undefined && !/^[\x20-\x7e]{1,64}$/.test(options.tag)) throw inferenceErrors.TAG_INVALID({});
}

function deadlineOf(options: PredictOptions, longestMs: number): number {
  return options.deadlineMs === undefined ? longestMs : Math.min(options.deadlineMs, longestMs);
}

/** The reference as asked, not as resolved: a channel that moves between two tries must not turn a replay into a conflict. */
function hashRequest(ref: string, inputHash: Uint8Array): Uint8Array {
  return createHash('sha256').update(ref).update('\0').update(inputHash).digest();
}
