import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { rateTerms, type PriceTerms, type Quantities } from '@steelyard/kernel/pricing';
import { compact, signingInput, thumbprint, type Receipt, type ReceiptKey } from './index.js';

export interface TestKey {
  readonly key: ReceiptKey;
  readonly sign: (receipt: Receipt) => string;
}

/** A key as a platform has one. */
export async function makeKey(): Promise<TestKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' }) as { x: string };
  const kid = await thumbprint({ x });
  return { key: { kty: 'OKP', crv: 'Ed25519', kid, x }, sign: (receipt) => signWith(privateKey, receipt, kid) };
}

export function signWith(privateKey: KeyObject, receipt: Receipt, kid: string): string {
  const signed = signingInput(receipt, kid);
  return compact(signed, sign(null, Buffer.from(signed), privateKey));
}

export const SHA_OF_INPUT = 'a'.repeat(64);
export const SHA_OF_OUTPUT = 'b'.repeat(64);

const TERMS: PriceTerms = {
  currency: 'usd',
  components: [
    { unit: 'input_token', amountNano: 150_000_000n, per: 1_000_000n },
    { unit: 'compute_second', amountNano: 333n, per: 7n },
    { unit: 'image', amountNano: 0n, per: 1n },
  ],
};

/** A receipt whose amount follows from its quantities. */
export function receiptOf(quantities: Quantities = { input_token: 1_234n, compute_second: 456_789n, image: 1n }, terms = TERMS): Receipt {
  const { amountNano, lines } = rateTerms(quantities, terms);
  return {
    version: 1,
    predictionId: '01938b5e-7c00-7abc-8def-0123456789ab',
    consumer: { organizationId: '01938b5e-7c00-7abc-8def-0123456789ac', handle: 'acme' },
    model: { ref: 'steelyard/digits@1.0.0', versionId: '01938b5e-7c00-7abc-8def-0123456789ad', digest: 'c'.repeat(64) },
    input: { encoding: 'cbor', sha256: SHA_OF_INPUT },
    output: { encoding: 'cbor', sha256: SHA_OF_OUTPUT },
    price: {
      id: '01938b5e-7c00-7abc-8def-0123456789ae',
      currency: terms.currency,
      components: terms.components.map(({ unit, ...component }) => ({ unit, amountNano: component.amountNano.toString(), per: component.per.toString() })),
      free: null,
    },
    charge: {
      currency: terms.currency,
      amountNano: amountNano.toString(),
      lines: lines.map((line) => ({ unit: line.unit, quantity: line.quantity.toString(), amountNano: line.amountNano.toString() })),
      freeQuantity: '0',
    },
    build: 'steelyard 0.1.0; onnx 0.1.0 (onnxruntime-node 1.27.0); node 20.20.2',
    timings: { queueMicros: 12, computeMicros: 456_789, totalMicros: 460_000 },
    occurredAt: '2026-11-30T00:00:00.000Z',
    errorCode: null,
  };
}
