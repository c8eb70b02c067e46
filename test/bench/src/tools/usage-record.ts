import type { DoneRecord } from '@steelyard/domain-metering';

const SOME_ID = '01990000-0000-7000-8000-000000000000';

/** A succeeded call of one request. */
export function usageRecord(given: Pick<DoneRecord, 'eventId' | 'consumerTenantId' | 'providerTenantId' | 'amountNano'>): DoneRecord {
  return {
    eventId: given.eventId,
    consumerTenantId: given.consumerTenantId,
    providerTenantId: given.providerTenantId,
    keyId: '0Aa1Bb2Cc3Dd4',
    modelId: SOME_ID,
    versionId: SOME_ID,
    priceId: SOME_ID,
    status: 'succeeded',
    unit: 'request',
    quantity: 1n,
    amountNano: given.amountNano,
    feeNano: (given.amountNano * 15n) / 100n,
    currency: 'usd',
    queueMicros: 120,
    computeMicros: 840,
    totalMicros: 1_300,
    occurredAtMs: Date.now(),
  };
}
