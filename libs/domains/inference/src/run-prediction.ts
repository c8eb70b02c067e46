import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DISPATCH, type Dispatch, type EngineAnswer } from '@steelyard/dispatch';
import { Catalog, type ResolvedVersion } from '@steelyard/domain-catalog';
import { Ledger, type ReserveOutcome } from '@steelyard/domain-ledger';
import { Metering, type DoneRecord } from '@steelyard/domain-metering';
import { AppError, feeOf, newId, rate } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { decodeValue, encodeValue } from '@steelyard/wire';
import { InputChecks } from './check-input.js';
import { drawFor } from './draw.js';
import { inferenceErrors } from './errors.js';
import type { PredictCommand, PredictOptions, PredictResult } from './predict-command.js';
import { Replays } from './replays.js';

/**
 * How long a hold outlives its call's deadline, so that the usage of a call that was just in time is flushed before. A hold
 * whose server died before it logged anything lasts as long.
 */
const HOLD_GRACE_MS = 10_000;

/** A call on its way: everything that was decided before it ran. */
interface Admission {
  readonly eventId: string;
  readonly command: PredictCommand;
  readonly version: ResolvedVersion;
  readonly input: Uint8Array;
  readonly amountNano: bigint;
  readonly startedAtMs: number;
  /** The same moment by the clock that does not jump, for durations. */
  readonly startedTickMs: number;
  readonly deadlineAtMs: number;
}

/** The one way a prediction runs, whichever door it came through. */
@Injectable()
export class RunPrediction {
  readonly #checks = new InputChecks();
  readonly #replays = new Replays();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(Metering) private readonly metering: Metering,
    @Inject(DISPATCH) private readonly dispatch: Dispatch,
  ) {}

  /**
   * Runs a prediction and charges it exactly once; a failure charges nothing.
   * @throws AppError of CATALOG, INFERENCE, INPUT, ENGINE, RUNTIME and METERING
   */
  async run(command: PredictCommand): Promise<PredictResult> {
    const startedAtMs = Date.now();
    const startedTickMs = performance.now();
    refuseUnknownOptions(command.options);
    const deadlineAtMs = startedAtMs + deadlineOf(command.options, this.config.deadlineMs);
    if (deadlineAtMs <= startedAtMs) throw inferenceErrors.DEADLINE_PASSED({});
    const draw = drawFor(command.caller.organizationId, command.options.idempotencyKey);
    const version = await this.catalog.resolve(command.ref, command.caller, draw);
    this.#checks.check(version, command.input);
    const input = encodeValue(command.input);
    const amountNano = rate(1n, version.price);
    const admission = { eventId: newId(startedAtMs), command, version, input, amountNano, startedAtMs, startedTickMs, deadlineAtMs };
    return command.options.idempotencyKey === undefined ? this.#runOnce(admission) : this.#runKeyed(admission);
  }

  async #runOnce(admission: Admission): Promise<PredictResult> {
    await this.#reserve(admission);
    return this.#runReserved(admission);
  }

  async #runKeyed(wished: Admission): Promise<PredictResult> {
    const reserved = await this.#reserve(wished);
    // A retry of a call whose hold had expired goes on under the first try's event.
    const admission = { ...wished, eventId: reserved.eventId };
    if (reserved.outcome === 'open') {
      const result = this.#runReserved(admission);
      this.#replays.track(admission.eventId, result);
      return result;
    }
    const known = await this.#replays.find(reserved.eventId);
    if (known) return { ...known, replayed: true };
    if (reserved.state === 'open') throw inferenceErrors.STILL_RUNNING({ id: reserved.eventId });
    return this.#rerun(admission);
  }

  /**
   * Holds the price, or finds the earlier call that the idempotency key leads to.
   * @throws INFERENCE.PAYMENT_REQUIRED, INFERENCE.IDEMPOTENCY_KEY_REUSED
   */
  async #reserve(admission: Admission): Promise<Extract<ReserveOutcome, { eventId: string }>> {
    const { command, version, amountNano } = admission;
    const { idempotencyKey } = command.options;
    const { currency } = version.price;
    const reserved = await this.ledger.reserve({
      eventId: admission.eventId,
      tenantId: command.caller.organizationId,
      currency,
      amountNano,
      expiresAtMs: admission.deadlineAtMs + HOLD_GRACE_MS,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey, requestHash: hashRequest(command.ref, admission.input) }),
    });
    if (reserved.outcome === 'conflict') throw inferenceErrors.IDEMPOTENCY_KEY_REUSED({ key: idempotencyKey! });
    if (reserved.outcome !== 'insufficient') return reserved;
    const { availableNano } = reserved;
    throw inferenceErrors.PAYMENT_REQUIRED({ requiredNano: amountNano.toString(), availableNano: availableNano.toString(), currency });
  }

  async #runReserved(admission: Admission): Promise<PredictResult> {
    const { eventId, command, version } = admission;
    this.metering.intent({
      eventId,
      consumerTenantId: command.caller.organizationId,
      modelId: version.modelId,
      versionId: version.versionId,
      startedAtMs: admission.startedAtMs,
    });
    let answer: EngineAnswer;
    try {
      answer = await this.#dispatch(admission);
    } catch (error) {
      await this.#fail(admission, error);
      throw error;
    }
    await this.metering.succeeded(doneRecord(admission, answer, this.config.feeBasisPoints));
    const result = toResult(admission, answer);
    if (command.options.idempotencyKey !== undefined) this.#replays.keep(result, answer.output.byteLength);
    return result;
  }

  /** The answer of an earlier, charged call is gone: run it again for nothing, under the same event. */
  async #rerun(admission: Admission): Promise<PredictResult> {
    const running = this.#dispatch(admission).then((answer) => toResult({ ...admission, amountNano: 0n }, answer));
    this.#replays.track(admission.eventId, running);
    return { ...(await running), replayed: true };
  }

  #dispatch(admission: Admission): Promise<EngineAnswer> {
    const { version, command } = admission;
    return this.dispatch.run(
      {
        id: admission.eventId,
        tenantId: command.caller.organizationId,
        model: { digest: version.digest, label: version.label },
        input: admission.input,
        deadlineAtMs: admission.deadlineAtMs,
      },
      command.signal,
    );
  }

  /** A failed call with an idempotency key gives the key back before it answers, so that a retry may run. */
  async #fail(admission: Admission, error: unknown): Promise<void> {
    const errorCode = error instanceof AppError ? error.code : 'INTERNAL';
    this.metering.failed(failedRecord(admission, errorCode));
    if (admission.command.options.idempotencyKey !== undefined) await this.ledger.release([admission.eventId], 'void');
  }
}

function refuseUnknownOptions(options: PredictOptions): void {
  if (options.explain) throw inferenceErrors.OPTION_NOT_CONFIGURED({ option: 'explain' });
  if (options.privacy) throw inferenceErrors.OPTION_NOT_CONFIGURED({ option: 'privacy' });
  if (options.stream) throw inferenceErrors.OPTION_NOT_CONFIGURED({ option: 'stream' });
  if (options.where === 'edge') throw inferenceErrors.OPTION_NOT_CONFIGURED({ option: 'where' });
  const key = options.idempotencyKey;
  if (key !== undefined && !/^[\x20-\x7e]{1,255}$/.test(key)) throw inferenceErrors.IDEMPOTENCY_KEY_INVALID({});
}

function deadlineOf(options: PredictOptions, longestMs: number): number {
  return options.deadlineMs === undefined ? longestMs : Math.min(options.deadlineMs, longestMs);
}

/** The reference as asked, not as resolved: a channel that moves between two tries must not turn a replay into a conflict. */
function hashRequest(ref: string, input: Uint8Array): Uint8Array {
  return createHash('sha256').update(ref).update('\0').update(input).digest();
}

function toResult(admission: Admission, answer: EngineAnswer): PredictResult {
  const { version, eventId, amountNano, startedTickMs } = admission;
  const { queueMs, computeMs, coldStartMs } = answer.timings;
  return {
    predictionId: eventId,
    version,
    output: decodeValue(answer.output),
    amountNano,
    currency: version.price.currency,
    replayed: false,
    timings: { queueMs, computeMs, totalMs: performance.now() - startedTickMs, coldStartMs },
  };
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

function doneRecord(admission: Admission, answer: EngineAnswer, feeBasisPoints: number): DoneRecord {
  const { amountNano } = admission;
  return {
    ...usageRecord(admission),
    status: 'succeeded',
    quantity: 1n,
    amountNano,
    feeNano: feeOf(amountNano, feeBasisPoints),
    queueMicros: Math.round(answer.timings.queueMs * 1_000),
    computeMicros: Math.round(answer.timings.computeMs * 1_000),
  };
}

function failedRecord(admission: Admission, errorCode: string): DoneRecord {
  const nothing = { quantity: 0n, amountNano: 0n, feeNano: 0n, queueMicros: 0, computeMicros: 0 };
  return { ...usageRecord(admission), ...nothing, status: 'failed', errorCode };
}
