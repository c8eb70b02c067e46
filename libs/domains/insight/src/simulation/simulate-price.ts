import { Inject, Injectable } from '@nestjs/common';
import { Catalog, catalogErrors, CatalogReader, pricedAt } from '@steelyard/domain-catalog';
import { meteringErrors, ReplayUsage, type PastUse, type ReplayFilter, type Side } from '@steelyard/domain-metering';
import { countedIn, parseModelRef, type Caller, type PriceTerms } from '@steelyard/kernel';
import { readPrice, type PriceSpec } from '@steelyard/model-package/price';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { insightErrors } from '../errors.js';
import { PriceReplay, type ReplayOutcome } from './price-replay.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const PERIOD_DAYS = 30;
const PERIOD_DAYS_MAX = 366;
/** Of more calls than these the hourly sums are taken: looking at each takes seconds. */
export const CALLS_MAX = 200_000;

export interface SimulationWish {
  readonly side: Side;
  /** owner/name for all of its versions, or owner/name@version; all that a consumer called where none is named. */
  readonly model?: string | undefined;
  /** The last 30 days where nothing is said. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** The terms, or whose terms of today. */
  readonly price?: PriceSpec | undefined;
  readonly like?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PriceSimulation extends ReplayOutcome {
  readonly terms: PriceTerms;
  readonly from: Date;
  readonly to: Date;
  /** Whether each call was rated by itself. */
  readonly callByCall: boolean;
}

/** Says what an organization's past usage would have cost by other terms. Nothing is charged or changed. */
@Injectable()
export class SimulatePrice {
  constructor(
    @Inject(Catalog) private readonly catalog: Pick<Catalog, 'resolve'>,
    @Inject(CatalogReader) private readonly reader: Pick<CatalogReader, 'model'>,
    @Inject(ReplayUsage) private readonly usage: ReplayUsage,
    @Inject(CONFIG) private readonly config: Pick<Config, 'paymentCurrency'>,
  ) {}

  /**
   * @throws AppError `INSIGHT.TERMS_MISSING`, `INSIGHT.MODEL_MISSING`, `CATALOG.PRICE_INVALID`, as {@link Catalog.resolve} of what is not found,
   *   `METERING.PERIOD_INVALID`, `METERING.PERIOD_TOO_LONG`
   */
  async run(caller: Caller, wish: SimulationWish): Promise<PriceSimulation> {
    const subject = await this.#subjectOf(caller, wish);
    const terms = await this.#termsOf(caller, wish, subject?.task);
    const filter: ReplayFilter = { side: wish.side, ...periodOf(wish), modelId: subject?.modelId, versionId: subject?.versionId };
    const replay = new PriceReplay(terms);
    // Free units count by the calendar month, so what came before in the first month is gone through too.
    const before = terms.free && { ...filter, from: monthOf(filter.from), to: filter.from };
    const calls = await this.usage.count(caller.organizationId, { ...filter, from: before?.from ?? filter.from });
    const callByCall = calls <= CALLS_MAX;
    const past = (part: ReplayFilter): AsyncIterable<PastUse> =>
      callByCall ? this.usage.calls(caller.organizationId, part) : this.usage.sums(caller.organizationId, part, terms.free !== undefined);
    if (before && before.from < before.to) for await (const use of stoppable(past(before), wish.signal)) replay.warmUp(use);
    for await (const use of stoppable(past(filter), wish.signal)) replay.add(use);
    const { from, to } = filter;
    return { ...replay.outcome, terms, from, to, callByCall };
  }

  async #subjectOf(caller: Caller, { side, model: ref }: SimulationWish) {
    if (ref === undefined) {
      if (side === 'provider') throw insightErrors.MODEL_MISSING({});
      return undefined;
    }
    const model = await this.reader.model(caller, ref);
    const { version } = parseModelRef(ref)!;
    if (!model || (side === 'provider' && !model.own)) throw catalogErrors.MODEL_NOT_FOUND({ ref });
    const { id: modelId, task } = model;
    if (version === undefined) return { modelId, task, versionId: undefined };
    const found = (await model.batch.versions(modelId)).find((one) => one.version === version);
    if (!found) throw catalogErrors.VERSION_NOT_FOUND({ ref: model.ref, version });
    return { modelId, task, versionId: found.id };
  }

  async #termsOf(caller: Caller, { price, like }: SimulationWish, task: string | undefined): Promise<PriceTerms> {
    if ((price === undefined) === (like === undefined)) throw insightErrors.TERMS_MISSING({});
    if (like !== undefined) return pricedAt(await this.catalog.resolve(like, caller), Date.now()).price;
    const read = readPrice(price!, task ?? '');
    if ('problems' in read) throw catalogErrors.PRICE_INVALID({ problems: read.problems });
    return countedIn(read.terms, this.config.paymentCurrency);
  }
}

function periodOf({ from, to = new Date() }: SimulationWish): { readonly from: Date; readonly to: Date } {
  const begin = from ?? new Date(to.getTime() - PERIOD_DAYS * DAY_MS);
  if (begin >= to) throw meteringErrors.PERIOD_INVALID({});
  if (to.getTime() - begin.getTime() > PERIOD_DAYS_MAX * DAY_MS) throw meteringErrors.PERIOD_TOO_LONG({ limitDays: PERIOD_DAYS_MAX, interval: 'day' });
  return { from: begin, to };
}

function monthOf(time: Date): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth()));
}

/** @throws what the signal is aborted with */
async function* stoppable<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T, void> {
  for await (const item of items) {
    signal?.throwIfAborted();
    yield item;
  }
}
