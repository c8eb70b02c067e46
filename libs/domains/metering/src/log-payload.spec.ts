import { describe, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { decodeValue, encodeValue } from '@steelyard/wire';
import { donePayload, intentPayload, readPayload } from './log-payload.js';
import type { DoneRecord } from './record.js';

const ids = () => ({ eventId: newId(), consumerTenantId: newId(), modelId: newId(), versionId: newId() });
const done: DoneRecord = {
  ...ids(),
  providerTenantId: newId(),
  priceId: newId(),
  keyId: '0Aa1Bb2Cc3Dd4',
  status: 'succeeded',
  unit: 'request',
  quantity: 1n,
  amountNano: 200_000n,
  feeNano: 30_000n,
  currency: 'usd',
  queueMicros: 120,
  computeMicros: 840,
  totalMicros: 1_300,
  occurredAtMs: 1_796_000_000_123,
};
const whole: DoneRecord = {
  ...done,
  unit: 'input_token',
  amountNano: 2n ** 63n - 1n,
  lines: [
    { unit: 'input_token', quantity: 2n ** 40n, amountNano: 2n ** 63n - 2n },
    { unit: 'output_token', quantity: 0n, amountNano: 1n },
  ],
  freeQuantity: 0n,
  tag: 'a tag, with ä',
  inputHash: new Uint8Array(32).fill(1),
  outputHash: new Uint8Array(32).fill(255),
  build: 'steelyard 0.1.0 · onnx 1.27.0',
  masked: { email: 2, card: 1 },
};
const logged = (payload: unknown[]) => readPayload(decodeValue(encodeValue(payload)));

describe('what the log has of a call', () => {
  it('is an intent, field by field', () => {
    const record = { ...ids(), startedAtMs: 1_796_000_000_000.25 };
    expect(logged(intentPayload(record))).toEqual({ kind: 'intent', record });
  });

  it.each([
    ['least', done],
    ['everything', whole],
    ['a failure', { ...done, status: 'failed' as const, errorCode: 'RUNNER.DIED', quantity: 0n, amountNano: 0n, feeNano: 0n }],
    ['a free call', { ...done, amountNano: 0n, feeNano: 0n, freeQuantity: 2n ** 40n }],
  ])('is what it came to: %s', (_, record) => {
    const { inputHash, outputHash, ...rest } = logged(donePayload(record))!.record as DoneRecord;
    const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');
    expect({ ...rest, ...(inputHash && { inputHash: hex(inputHash), outputHash: hex(outputHash) }) }).toEqual({
      ...record,
      ...(record.inputHash && { inputHash: hex(record.inputHash), outputHash: hex(record.outputHash) }),
    });
  });

  it('takes little: both records of a call with its hashes, in a third of a kilobyte', () => {
    const bytes = encodeValue(intentPayload({ ...done, startedAtMs: done.occurredAtMs })).length + encodeValue(donePayload({ ...done, inputHash: whole.inputHash, outputHash: whole.outputHash, build: whole.build })).length;
    expect(bytes).toBeLessThan(400);
  });

  it.each([
    ['of another version', [2, ...intentPayload({ ...done, startedAtMs: 0 }).slice(1)]],
    ['of another kind', [3, 9, new Uint8Array(16)]],
    ['without its ids', [3, 0, 'ids', 0]],
    ['of before there were places', { v: 2, kind: 'done', record: {} }],
    ['that would not be charged as it stands', donePayload({ ...done, feeNano: done.amountNano + 1n })],
    ['none at all', null],
  ])('is nothing where a record is %s', (_, payload) => {
    expect(readPayload(decodeValue(encodeValue(payload)))).toBeUndefined();
  });
});
