import { Inject, Injectable } from '@nestjs/common';
import { DISPATCH, type Dispatch, type EngineAnswer } from '@steelyard/dispatch';
import type { Caller } from '@steelyard/kernel';
import { METRICS, traced, type CounterMetric, type Metrics } from '@steelyard/platform-observability';
import type { Admission } from './admission.js';
import { AdmitCall } from './admit-call.js';
import { Answer } from './answer.js';
import { CallFeed } from './following/call-feed.js';
import { chargeFor, type Charge } from './charging/charge.js';
import { unwritable } from './charging/give-answer.js';
import { cutShort, isCut, wasCharged, type Followed } from './following/cut-short.js';
import { inferenceErrors } from './errors.js';
import { FindPrediction } from './find-prediction.js';
import { GrowingHold } from './following/growing-hold.js';
import { SpendWatch } from './following/spend-watch.js';
import type { PredictCommand, PredictEvent, PredictResult } from './predict-command.js';
import { Replays } from './replays.js';
import { SettleCall } from './settle-call.js';
import { tracePhases } from './trace-phases.js';
import { grows, measureAfter } from './units/quantities.js';
import { usageOf } from './units/tokens.js';
import type { TokenUsage } from './units/measure.js';

/** The one way a prediction runs, whichever door it came through. */
@Injectable()
export class RunPrediction {
  readonly #replays = new Replays();
  readonly #parts: CounterMetric<'model'>;
  #following = 0;

  constructor(
    @Inject(AdmitCall) private readonly admission: AdmitCall,
    @Inject(SettleCall) private readonly settlement: SettleCall,
    @Inject(DISPATCH) private readonly dispatch: Dispatch,
    @Inject(METRICS) metrics: Metrics,
    @Inject(FindPrediction) private readonly predictions: Pick<FindPrediction, 'find'>,
  ) {
    this.#parts = metrics.counter({ name: 'steelyard_parts_total', help: 'Parts of answers that were taken by those who follow.', labels: ['model'] });
    metrics.gauge({ name: 'steelyard_followed_calls', help: 'Calls that are being followed.', read: () => this.#following });
  }

  /**
   * Runs a prediction and charges it exactly once; a failure charges nothing.
   * @throws AppError of CATALOG, INFERENCE, INPUT, ENGINE, RUNTIME and METERING
   */
  async run(command: PredictCommand): Promise<PredictResult> {
    return this.#answer(await traced(command.span?.child('admit'), this.admission.admit(command)));
  }

  /**
   * The same, told while it happens: what it waits for, parts of the answer where the model gives them, and at the end the
   * answer. It runs no faster than events are taken. Leaving the loop, or the command's signal, stops it; what that costs is
   * in the README. Who cannot give an event on throws that into the stream (`endBy`): a call that has not ended is then over, at nobody's cost.
   * @throws AppError as {@link run}, at the first event or at any later one; `wasCharged` tells
   */
  async *stream(command: PredictCommand): AsyncGenerator<PredictEvent, void> {
    const feed = new CallFeed(command.signal);
    const admission = await traced(command.span?.child('admit'), this.admission.admit({ ...command, signal: feed.signal }, true));
    this.#following += 1;
    const result = this.#answer(admission, feed).finally(() => feed.end());
    // Whoever leaves early does not hear of it.
    result.catch(() => undefined);
    try {
      yield* feed.events();
      yield { type: 'done', result: await result };
    } catch (error) {
      feed.fail(error as Error);
      feed.leave();
      throw await result.then((ended) => unwritable(ended, error), (reason: unknown) => (wasCharged(reason) ? reason : error));
    } finally {
      this.#following -= 1;
      if (feed.taken > 0) this.#parts.increment({ model: admission.version.label }, feed.taken);
      feed.leave();
      await result.catch(() => undefined);
    }
  }

  async #answer(wished: Admission, feed?: CallFeed): Promise<PredictResult> {
    const hasKey = wished.command.options.idempotencyKey !== undefined;
    // A key may lead to an answer that is there already.
    if (!hasKey) this.settlement.checkReady();
    const reserved = await traced(wished.command.span?.child('reserve'), this.admission.reserve(wished));
    // A retry of a call whose hold had expired goes on under the first try's event.
    const isTakenUp = reserved.outcome === 'open' && reserved.eventId !== wished.eventId;
    const admission = hasKey || reserved.free ? { ...wished, eventId: reserved.eventId, isFree: reserved.free, isTakenUp } : wished;
    if (!hasKey) return this.#runReserved(admission, feed);
    if (reserved.outcome === 'open' && !(isTakenUp && (await this.#isAnswered(admission)))) {
      const result = this.#runReserved(admission, feed);
      this.#replays.track(admission.eventId, result);
      return result;
    }
    let known = this.#replays.find(reserved.eventId);
    if (!known && reserved.outcome === 'replay' && reserved.state === 'open') {
      await this.#checkEnded(wished.command.caller, reserved.eventId);
      // Somebody else may run it again by now.
      known = this.#replays.find(reserved.eventId);
    }
    if (known) {
      const result = await (feed ? feed.orLeft(known, () => inferenceErrors.REPLAY_LEFT({ id: reserved.eventId })) : known);
      return { ...result, replayed: true };
    }
    return this.#rerun(admission, feed);
  }

  /** An expired hold that a retry took up again may be that of a call which this server is at, or has answered and not written yet. */
  async #isAnswered({ command, eventId: id }: Admission): Promise<boolean> {
    return this.#replays.find(id) !== undefined || (await this.predictions.find(command.caller, id))?.status === 'succeeded';
  }

  /**
   * The hold of a call that has ended is open until its usage is written. One that failed was not paid: when it is written, its key is free.
   * @throws AppError `INFERENCE.STILL_RUNNING`
   */
  async #checkEnded(caller: Caller, id: string): Promise<void> {
    if ((await this.predictions.find(caller, id))?.status !== 'succeeded') throw inferenceErrors.STILL_RUNNING({ id });
  }

  async #runReserved(admission: Admission, feed?: CallFeed): Promise<PredictResult> {
    await this.#begin(admission);
    const spending = feed && this.#watch(admission, feed);
    let ran: Ran;
    try {
      ran = await this.#run(admission, feed, spending);
    } catch (error) {
      const instead = await this.#settleFailure(admission, error, feed && { feed, covered: spending?.covered ?? admission.most });
      throw instead ?? error;
    } finally {
      spending?.end();
    }
    await traced(admission.command.span?.child('settle'), this.settlement.succeeded(admission, ran.timings, { charge: ran.charge, output: ran.answer.cbor }));
    const result = toResult(admission, ran);
    if (admission.command.options.idempotencyKey !== undefined && admission.retentionHours !== 0) this.#replays.keep(result, ran.answer.cbor.byteLength);
    return result;
  }

  async #begin(admission: Admission): Promise<void> {
    try {
      this.settlement.begin(admission);
    } catch (error) {
      // What cannot be given back now is when its time is over.
      await this.settlement.giveBack(admission).catch(() => undefined);
      throw error;
    }
  }

  async #run(admission: Admission, feed: CallFeed | undefined, spending: SpendWatch | undefined): Promise<Ran> {
    const { output, timings } = await this.#dispatch(admission, feed);
    if (feed?.fault !== undefined) throw feed.fault;
    const answer = new Answer(output);
    const tokens = () => usageOf(answer.value) ?? feed?.tokens ?? NO_TOKENS;
    const used = measureAfter(admission.most, { computeMs: timings.computeMs, tokens });
    if (spending && !(await spending.covers(used))) {
      feed!.count(answer.value);
      throw inferenceErrors.HOLD_GONE({});
    }
    return { answer, timings, charge: chargeFor(admission.version.price, used, admission.isFree ?? false) };
  }

  /** Undefined where the whole worst case is held. */
  #watch(admission: Admission, feed: CallFeed): SpendWatch | undefined {
    const { version, most, held, isFree } = admission;
    if (isFree || held === most) return undefined;
    const extend = (amountNano: bigint) => this.admission.extend(admission, amountNano);
    return new SpendWatch(new GrowingHold({ terms: version.price, first: held, most, extend }), feed, most);
  }

  /** Writes what became of a call without an answer, and gives what its caller is to hear in place of the error. */
  async #settleFailure(admission: Admission, error: unknown, followed: Followed | undefined): Promise<Error | undefined> {
    const cut = followed && cutShort(error, admission, followed);
    const fault = followed?.feed.fault;
    if (cut) await this.settlement.succeeded(admission, followed.feed.durations, { charge: cut.charge, errorCode: cut.error.code });
    else await this.settlement.failed(admission, fault ?? error);
    return cut?.error ?? fault;
  }

  /** The answer of an earlier, charged call is gone: run it again for nothing, under the same event. */
  async #rerun(admission: Admission, feed?: CallFeed): Promise<PredictResult> {
    const running = this.#runAgain(admission, feed);
    this.#replays.track(admission.eventId, running);
    return { ...(await running), replayed: true };
  }

  async #runAgain(admission: Admission, feed: CallFeed | undefined): Promise<PredictResult> {
    const { eventId: id, command } = admission;
    // Who has paid for a part of an answer, by the price of that day, does not get the whole of it for that.
    const { errorCode, lines } = (await this.predictions.find(command.caller, id)) ?? NOTHING_KNOWN;
    if (isCut(errorCode) && grows(Object.fromEntries(lines.map(({ unit, quantity }) => [unit, quantity])))) throw inferenceErrors.NOT_RUN_AGAIN({ id, errorCode: errorCode! });
    if (!this.#replays.mayRerun(id)) throw inferenceErrors.ANSWER_GONE({ id });
    const { output, timings } = await this.#dispatch(admission, feed);
    const result = toResult(admission, { answer: new Answer(output), timings, charge: NOTHING });
    if (admission.retentionHours !== 0) this.#replays.keep(result, output.byteLength);
    return result;
  }

  #dispatch(admission: Admission, feed: CallFeed | undefined): Promise<EngineAnswer> {
    const { version, command } = admission;
    const span = command.span?.child('engine', { attributes: { 'steelyard.model': version.label } });
    const startMs = span && Date.now();
    const running = this.dispatch.run(
      {
        id: admission.eventId,
        tenantId: command.caller.organizationId,
        model: { digest: version.digest, label: version.label },
        input: admission.input,
        deadlineAtMs: admission.deadlineAtMs,
        ...(feed && { onPart: feed.onPart, onState: feed.onState }),
      },
      command.signal,
    );
    return span && startMs ? traced(span, tracePhases(span, running, startMs)) : running;
  }
}

/** A run that came to an answer, and what it costs. */
interface Ran {
  readonly answer: Answer;
  readonly timings: EngineAnswer['timings'];
  readonly charge: Charge;
}

const NOTHING: Charge = { lines: [], amountNano: 0n };
const NOTHING_KNOWN = { errorCode: null, lines: [] };
const NO_TOKENS: TokenUsage = { inputTokens: 0, outputTokens: 0 };

function toResult({ version, eventId, startedTickMs, masked }: Admission, { answer, timings, charge }: Ran): PredictResult {
  const { queueMs, computeMs, coldStartMs } = timings;
  const { amountNano, lines, freeQuantity } = charge;
  return {
    predictionId: eventId,
    version,
    answer,
    amountNano,
    lines,
    isFree: freeQuantity !== undefined,
    currency: version.price.currency,
    replayed: false,
    masked,
    timings: { queueMs, computeMs, totalMs: performance.now() - startedTickMs, coldStartMs },
  };
}
