import { Inject, Injectable } from '@nestjs/common';
import { DISPATCH, type Dispatch, type EngineAnswer } from '@steelyard/dispatch';
import { METRICS, traced, type CounterMetric, type Metrics } from '@steelyard/platform-observability';
import type { Admission } from './admission.js';
import { AdmitCall } from './admit-call.js';
import { Answer } from './answer.js';
import { CallFeed } from './call-feed.js';
import { cutShort } from './cut-short.js';
import { inferenceErrors } from './errors.js';
import type { PredictCommand, PredictEvent, PredictResult } from './predict-command.js';
import { Replays } from './replays.js';
import { SettleCall } from './settle-call.js';
import { tracePhases } from './trace-phases.js';

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
   * in the README.
   * @throws AppError as {@link run}, at the first event or at any later one; `wasCharged` tells
   */
  async *stream(command: PredictCommand): AsyncGenerator<PredictEvent, void> {
    const feed = new CallFeed(command.signal);
    const admission = await traced(command.span?.child('admit'), this.admission.admit({ ...command, signal: feed.signal }));
    this.#following += 1;
    const result = this.#answer(admission, feed).finally(() => feed.end());
    // Whoever leaves early does not hear of it.
    result.catch(() => undefined);
    try {
      yield* feed.events();
      yield { type: 'done', result: await result };
    } finally {
      this.#following -= 1;
      if (feed.taken > 0) this.#parts.increment({ model: admission.version.label }, feed.taken);
      feed.leave();
      await result.catch(() => undefined);
    }
  }

  async #answer(wished: Admission, feed?: CallFeed): Promise<PredictResult> {
    const reserved = await traced(wished.command.span?.child('reserve'), this.admission.reserve(wished));
    if (wished.command.options.idempotencyKey === undefined) return this.#runReserved(wished, feed);
    // A retry of a call whose hold had expired goes on under the first try's event.
    const admission = { ...wished, eventId: reserved.eventId };
    if (reserved.outcome === 'open') {
      const result = this.#runReserved(admission, feed);
      this.#replays.track(admission.eventId, result);
      return result;
    }
    const known = this.#replays.find(reserved.eventId);
    if (known) {
      const result = await (feed ? feed.orLeft(known, () => inferenceErrors.REPLAY_LEFT({ id: reserved.eventId })) : known);
      return { ...result, replayed: true };
    }
    if (reserved.state === 'open') throw inferenceErrors.STILL_RUNNING({ id: reserved.eventId });
    return this.#rerun(admission, feed);
  }

  async #runReserved(admission: Admission, feed?: CallFeed): Promise<PredictResult> {
    this.settlement.begin(admission);
    let answer: EngineAnswer;
    try {
      answer = await this.#dispatch(admission, feed);
      if (feed?.fault !== undefined) throw feed.fault;
    } catch (error) {
      const instead = await this.#settleFailure(admission, error, feed);
      throw instead ?? error;
    }
    await traced(admission.command.span?.child('settle'), this.settlement.succeeded(admission, answer.timings, answer));
    const result = toResult(admission, answer);
    if (admission.command.options.idempotencyKey !== undefined) this.#replays.keep(result, answer.output.byteLength);
    return result;
  }

  /** Writes what became of a call without an answer, and gives what its caller is to hear in place of the error. */
  async #settleFailure(admission: Admission, error: unknown, feed: CallFeed | undefined): Promise<Error | undefined> {
    const cut = feed && cutShort(error, feed, admission);
    if (cut) await this.settlement.succeeded(admission, feed.durations, { errorCode: cut.code });
    else await this.settlement.failed(admission, feed?.fault ?? error);
    return cut ?? feed?.fault;
  }

  /** The answer of an earlier, charged call is gone: run it again for nothing, under the same event. */
  async #rerun(admission: Admission, feed?: CallFeed): Promise<PredictResult> {
    if (!this.#replays.mayRerun(admission.eventId)) throw inferenceErrors.ANSWER_GONE({ id: admission.eventId });
    const running = this.#dispatch(admission, feed).then((answer) => {
      const result = toResult({ ...admission, amountNano: 0n }, answer);
      this.#replays.keep(result, answer.output.byteLength);
      return result;
    });
    this.#replays.track(admission.eventId, running);
    return { ...(await running), replayed: true };
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

function toResult(admission: Admission, answer: EngineAnswer): PredictResult {
  const { version, eventId, amountNano, startedTickMs } = admission;
  const { queueMs, computeMs, coldStartMs } = answer.timings;
  return {
    predictionId: eventId,
    version,
    answer: new Answer(answer.output),
    amountNano,
    currency: version.price.currency,
    replayed: false,
    timings: { queueMs, computeMs, totalMs: performance.now() - startedTickMs, coldStartMs },
  };
}
