import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedVersion } from '@steelyard/domain-catalog';
import { Ledger, type Room } from '@steelyard/domain-ledger';
import { rateComponent, type PriceUnit } from '@steelyard/kernel';
import { AdmitCall, freeOf } from '../admit-call.js';
import type { PredictCommand } from '../predict-command.js';
import { measureBefore } from '../units/quantities.js';

/** One component of the price. Where `least` is `most`, it is known before the call. */
export interface EstimateLine {
  readonly unit: PriceUnit;
  /** In parts of the unit. */
  readonly least: bigint;
  readonly most: bigint;
  readonly leastNano: bigint;
  readonly mostNano: bigint;
}

/** What a call would cost. */
export interface Estimate {
  readonly version: ResolvedVersion;
  readonly currency: string;
  readonly lines: readonly EstimateLine[];
  /** What would be charged; 0 for a call that the free units cover. */
  readonly leastNano: bigint;
  readonly mostNano: bigint;
  /** The free units of the model, where it has some. */
  readonly free: FreeUnits | undefined;
  readonly isFree: boolean;
  /** What the wallet has. */
  readonly availableNano: bigint;
  /** With what the call would be refused at this moment. */
  readonly refusal: 'INFERENCE.PAYMENT_REQUIRED' | 'INFERENCE.LIMIT_REACHED' | undefined;
  /** The budget that does not cover it. */
  readonly budgetId: string | undefined;
}

/** Free units of this month, in parts of the unit. */
export interface FreeUnits {
  readonly unit: PriceUnit;
  readonly quantity: bigint;
  readonly left: bigint;
}

/** Says what a call would cost, before it is made. Nothing is held and nothing runs. */
@Injectable()
export class EstimateCall {
  constructor(
    @Inject(AdmitCall) private readonly admission: Pick<AdmitCall, 'admit'>,
    @Inject(Ledger) private readonly ledger: Pick<Ledger, 'room'>,
  ) {}

  /** @throws AppError of CATALOG and INFERENCE, as a call would */
  async estimate(asked: PredictCommand): Promise<Estimate> {
    const { command, version, input, most, startedAtMs, deadlineAtMs } = await this.admission.admit(asked);
    const { price } = version;
    const bounds = measureBefore(price, { version, input: command.input, inputBytes: input.byteLength, longestMs: deadlineAtMs - startedAtMs });
    const lines = price.components.map((component): EstimateLine => {
      const { least } = bounds[component.unit]!;
      const highest = most[component.unit]!;
      return { unit: component.unit, least, most: highest, leastNano: rateComponent(least, component), mostNano: rateComponent(highest, component) };
    });
    const { organizationId: tenantId, actorId: keyId } = command.caller;
    const room = await this.ledger.room({ tenantId, currency: price.currency, keyId, modelId: version.modelId, freeUnit: price.free?.unit });
    const wanted = freeOf(price, most);
    const left = wanted && wanted.limit > room.freeTaken ? wanted.limit - room.freeTaken : 0n;
    const isFree = wanted !== undefined && wanted.quantity <= left;
    const mostNano = isFree ? 0n : sumOf(lines.map((line) => line.mostNano));
    return {
      version,
      currency: price.currency,
      lines,
      leastNano: isFree ? 0n : sumOf(lines.map((line) => line.leastNano)),
      mostNano,
      free: wanted && { unit: price.free!.unit, quantity: wanted.limit, left },
      isFree,
      availableNano: room.availableNano,
      ...refusalOf(mostNano, room),
    };
  }
}

function refusalOf(mostNano: bigint, { availableNano, budget }: Room): Pick<Estimate, 'refusal' | 'budgetId'> {
  if (mostNano > 0n && mostNano > availableNano) return { refusal: 'INFERENCE.PAYMENT_REQUIRED', budgetId: undefined };
  if (budget && mostNano > 0n && mostNano > budget.leftNano) return { refusal: 'INFERENCE.LIMIT_REACHED', budgetId: budget.id };
  return { refusal: undefined, budgetId: undefined };
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}
