import { beforeAll, describe, expect, it } from '@jest/globals';
import { encodeValue, parseJson, toJsonValue } from '@steelyard/wire';
import fc from 'fast-check';
import { makeKey, receiptOf } from '../../../../libs/contracts/receipt/src/receipt.fixture.js';
import { failureOf, refuse, serve } from '../../spec/native-server.js';
import { encodeBody } from '../encoding/encode-body.js';
import { encodeInput, type InputObject } from '../encoding/encode-input.js';
import type { SignedReceipt } from './get-receipt.js';
import { verifyReceipt, type Receipt } from './index.js';
import { inputSpellings, outputSpellings } from './spellings.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const hash = async (bytes: Uint8Array) => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))));

/** What the platform's native door gives the engine of a body. */
function throughNativeDoor(input: InputObject): Uint8Array {
  const { type, body } = encodeBody(input);
  return type === 'application/cbor' ? (body as Uint8Array) : encodeValue(parseJson(Buffer.from(body as string)));
}

const range: Record<string, readonly [number, number]> = { int8: [-128, 127], uint8: [0, 255], int16: [-32_768, 32_767], int32: [-(2 ** 31), 2 ** 31 - 1], uint32: [0, 2 ** 32 - 1], bool: [0, 1], int64: [-(2 ** 53) + 1, 2 ** 53 - 1] };
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.maxSafeInteger());
/** On either side of where the native door begins to pack them. */
const lengths = { minLength: 13, maxLength: 18, size: 'max' } as const;
const listTensor = fc.oneof(
  ...Object.entries(range).map(([dtype, [min, max]]) => fc.array(fc.integer({ min, max }), lengths).map((data) => ({ dtype, shape: [data.length], data }))),
  ...['float32', 'float64', 'int8', 'string'].map((dtype) => fc.array(number, lengths).map((data) => ({ dtype, shape: [data.length], data }))),
);
const typedTensor = fc.oneof(
  fc.float32Array({ noNaN: true, noDefaultInfinity: true }).map((data) => ({ dtype: 'float32', shape: [data.length], data: data.map((n) => n + 0) })),
  fc.bigInt64Array().map((data) => ({ dtype: 'int64', shape: [data.length], data })),
  fc.uint8Array().map((data) => ({ dtype: 'uint8', shape: [data.length], data })),
  fc.int16Array().map((data) => ({ dtype: 'int16', shape: [data.length], data })),
);
const key = fc.string({ maxLength: 30 }).filter((name) => name !== '__proto__');
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.constantFrom(...[23, 24, 200, 300].map((length) => 'ä'.repeat(length))));
const objectOf = (leaf: fc.Arbitrary<unknown>) => {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 5 }), fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true })),
  }));
  return fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true });
};
const json = fc.oneof(fc.boolean(), fc.constant(null), number, text);

describe('the hash of an input', () => {
  it('is that of what the engine is given, by the native door and by GraphQL', async () => {
    await fc.assert(
      fc.asyncProperty(objectOf(fc.oneof(json, listTensor)), listTensor, async (fields, tensor) => {
        const given = { ...fields, tensor };
        const input = await encodeInput(given, { fetch, signal: new AbortController().signal });
        const spelt = inputSpellings(input).map(hex);
        expect(spelt).toContain(hex(throughNativeDoor(input)));
        expect(spelt).toContain(hex(encodeValue(JSON.parse(JSON.stringify(input)))));
      }),
    );
  });

  it('is that of -0 as JSON has it', () => {
    const input = { x: { dtype: 'float32', shape: [16], data: Array<number>(16).fill(-0) }, y: -0 };
    expect(inputSpellings(input).map(hex)).toContain(hex(throughNativeDoor(input)));
  });

  it('is that of lists, fields and texts of every length that is written in another way', async () => {
    for (const length of [23, 24, 255, 256, 65_535, 65_536]) {
      const names = Array.from({ length }, (_, index) => `k${index}`);
      const input = { text: 'ä'.repeat(length), list: names, fields: Object.fromEntries(names.slice(0, 300).map((name) => [name, null])), numbers: [length, -length, -1 - length] };
      expect(inputSpellings(input).map(hex)).toContain(hex(throughNativeDoor(input)));
    }
  });

  it('is that of media and typed arrays too', async () => {
    await fc.assert(
      fc.asyncProperty(objectOf(fc.oneof(json, listTensor, typedTensor, fc.uint8Array())), async (given) => {
        const input = await encodeInput(given, { fetch, signal: new AbortController().signal });
        expect(inputSpellings(input).map(hex)).toContain(hex(throughNativeDoor(input)));
      }),
    );
  });
});

describe('the hash of an output', () => {
  it('is that of what the engine gave, from its JSON', () => {
    fc.assert(
      fc.property(objectOf(fc.oneof(json, typedTensor)), (output) => {
        const answered = JSON.parse(JSON.stringify(toJsonValue(output))) as InputObject;
        expect(outputSpellings(answered).map(hex)).toContain(hex(encodeValue(output)));
      }),
    );
  });

  it('is that of an answer with a picture in it', () => {
    const output = { mask: new Uint8Array(300).map((_, index) => index), label: 'good', scores: { dtype: 'float32', shape: [2], data: Float32Array.of(0.1, 0.9) } };
    const answered = JSON.parse(JSON.stringify(toJsonValue(output))) as InputObject;
    expect(outputSpellings(answered).map(hex)).toContain(hex(encodeValue(output)));
  });
});

describe('verifyReceipt', () => {
  const input = { image: Uint8Array.of(0, 1, 254), threshold: 0.5 };
  const output = { label: 'seven', score: 0.98 };
  const signed = async () => {
    const { key: jwk, sign } = await makeKey();
    const hashes = { input: { encoding: 'cbor', sha256: await hash(encodeValue(input)) }, output: { encoding: 'cbor', sha256: await hash(encodeValue(output)) } } as const;
    return { jws: sign({ ...receiptOf(), ...hashes }), keys: { keys: [jwk] } };
  };

  const passed = (...made: readonly string[]) => ['form', 'key', 'signature', 'charge', 'prediction', 'organization', 'input', 'output'].map((name, index) => ({ name, outcome: index < 4 || made.includes(name) ? 'passed' : 'skipped' }));

  it('compares with what was sent and answered, in any of their forms', async () => {
    const { jws, keys } = await signed();
    const forms = [input, { image: new Blob([input.image]), threshold: 0.5 }, { image: new URL('data:application/octet-stream;base64,AAH+'), threshold: 0.5 }, encodeValue(input)];
    for (const form of forms) expect(await verifyReceipt(jws, { keys, input: form, output })).toMatchObject({ valid: true, checks: passed('input', 'output') });
    expect((await verifyReceipt(jws, { keys, output: encodeValue(output) })).valid).toBe(true);
  });

  it('tells apart equal calls, and those of others', async () => {
    const { jws, keys } = await signed();
    const { predictionId, consumer } = receiptOf();
    const { organizationId } = consumer;
    expect(await verifyReceipt(jws, { keys, input, output, predictionId, organizationId })).toMatchObject({ valid: true, checks: passed('prediction', 'organization', 'input', 'output') });
    expect(await verifyReceipt(jws, { keys, input, output, predictionId: organizationId })).toMatchObject({ valid: false, problem: { name: 'prediction' } });
    expect(await verifyReceipt(jws, { keys, input, output, organizationId: predictionId })).toMatchObject({ valid: false, problem: { name: 'organization' } });
  });

  it('says what differs', async () => {
    const { jws, keys } = await signed();
    expect(await verifyReceipt(jws, { keys, input: { ...input, threshold: 0.6 }, output })).toMatchObject({ valid: false, problem: { name: 'input', reason: 'the receipt is of another input' } });
    expect(await verifyReceipt(jws, { keys, input, output: { ...output, score: 0.99 } })).toMatchObject({ valid: false, problem: { name: 'output' } });
    await expect(verifyReceipt(jws, { keys, input: { image: new URL('https://example.org/seven.png') } })).rejects.toMatchObject({ code: 'CLIENT.INPUT_INVALID', cause: { message: expect.stringContaining('give the bytes') } });
  });
});

describe('the client', () => {
  const receipt = { ...receiptOf(), consumer: { ...receiptOf().consumer, handle: 'zoë-??>>' } };
  let answer: SignedReceipt;
  beforeAll(async () => {
    const { sign } = await makeKey();
    // In another order of the fields than that of the signed text.
    answer = { receipt: Object.fromEntries(Object.entries(receipt).reverse()) as unknown as Receipt, jws: sign(receipt) };
  });

  it('has the receipt of a prediction, and the keys', async () => {
    const { connect, seen } = await serve((_request, response) => void response.end(JSON.stringify(answer)), (_request, response) => void response.end('{"keys":[]}'));
    expect(await connect().predictions.receipt(receipt.predictionId)).toEqual(answer);
    expect(await connect().receiptKeys()).toEqual({ keys: [] });
    expect(seen.map(({ path }) => path)).toEqual([`/v1/predictions/${receipt.predictionId}/receipt`, '/.well-known/steelyard-receipt-keys.json']);
  });

  it.each([
    ['of another prediction', () => answer, 'p/1', 'the server answered that of'],
    ['that says otherwise than what was signed', () => ({ ...answer, receipt: { ...receipt, charge: { ...receipt.charge, amountNano: '1' } } }), receipt.predictionId, 'says otherwise'],
    ['that leaves out what was signed', () => ({ ...answer, receipt: { ...receipt, build: undefined } }), receipt.predictionId, 'says otherwise'],
    ['beside what is no JWS', () => ({ ...answer, jws: 'a.b.c' }), receipt.predictionId, 'says otherwise'],
  ])('takes no receipt %s', async (_what, answered, asked, message) => {
    const { connect } = await serve((_request, response) => void response.end(JSON.stringify(answered())));
    expect(await failureOf(connect().predictions.receipt(asked))).toMatchObject({ code: 'CLIENT.RECEIPT_DIFFERS', kind: 'internal', charged: 'no', message: expect.stringContaining(message) });
  });

  it('says why there is none', async () => {
    const { connect } = await serve(refuse(404, { code: 'INFERENCE.NO_RECEIPT', message: 'failed' }));
    expect(await failureOf(connect().predictions.receipt('p-1'))).toMatchObject({ code: 'INFERENCE.NO_RECEIPT', kind: 'not-found' });
  });
});
