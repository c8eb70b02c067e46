import type { SoldVersion } from '@steelyard/domain-catalog';
import { listPersonal } from '@steelyard/kernel';
import type { ContentHash, Receipt } from '@steelyard/receipt';
import type { Charge } from './charges.js';

export interface Sold {
  readonly charge: Charge;
  readonly version: SoldVersion;
  readonly consumerHandle: string;
}

/** What a receipt says: always the same of one call, because none of it ever changes. */
export function receiptOf({ charge, version, consumerHandle }: Sold): Receipt {
  const { terms } = version;
  const { queueMicros, computeMicros, totalMicros } = charge;
  return {
    version: 1,
    predictionId: charge.eventId,
    consumer: { organizationId: charge.consumerTenantId, handle: consumerHandle },
    model: { ref: version.ref, versionId: charge.versionId, digest: version.digest },
    input: hashOf(charge.inputHash),
    output: hashOf(charge.outputHash),
    price: {
      id: charge.priceId,
      currency: terms.currency,
      components: terms.components.map(({ unit, amountNano, per }) => ({ unit, amountNano: amountNano.toString(), per: per.toString() })),
      free: terms.free ? { unit: terms.free.unit, quantity: terms.free.quantity.toString() } : null,
    },
    charge: {
      currency: charge.currency,
      amountNano: charge.amountNano.toString(),
      lines: linesOf(charge).map(({ unit, quantity, amountNano }) => ({ unit, quantity: quantity.toString(), amountNano: amountNano.toString() })),
      freeQuantity: (charge.freeQuantity ?? 0n).toString(),
    },
    build: charge.build ?? null,
    timings: { queueMicros, computeMicros, totalMicros },
    occurredAt: new Date(charge.occurredAtMs).toISOString(),
    errorCode: charge.errorCode ?? null,
    ...(charge.masked && { masked: listPersonal(charge.masked) }),
  };
}

/** Of a price of one component they are not written down: they are the whole. */
function linesOf({ lines, unit, quantity, amountNano }: Charge) {
  return lines ?? [{ unit, quantity, amountNano }];
}

function hashOf(bytes: Uint8Array | undefined): ContentHash | null {
  return bytes === undefined ? null : { encoding: 'cbor', sha256: Buffer.from(bytes).toString('hex') };
}
