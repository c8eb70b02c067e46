import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateSigningKey, PAYLOAD_TYPE, publicKeyPem, readEnvelope, readPrivateKey, readPublicKey, signatureProblem, signVersion, signingKeyId, type VersionStatement } from './index.js';

const statement: VersionStatement = { sha256: 'a'.repeat(64), size: 12, tenant: 'acme', model: 'digits', version: '1.0.0' };
const pair = generateSigningKey();
const [privateKey, publicKey] = [readPrivateKey(pair.privatePem)!, readPublicKey(pair.publicPem)!];
const envelope = signVersion(statement, privateKey);
const check = (changed: unknown, of = statement) => {
  const read = readEnvelope(changed);
  return read ? signatureProblem(read, { publicKey, statement: of }) : 'no envelope';
};

describe('the signature of a version', () => {
  it('is good of what was signed, by the key that signed it', () => {
    expect(check(JSON.parse(JSON.stringify(envelope)))).toBeUndefined();
    expect(envelope).toMatchObject({ payloadType: PAYLOAD_TYPE, signatures: [{ keyid: signingKeyId(publicKey) }] });
  });

  it.each([
    ['sha256', { sha256: 'b'.repeat(64) }],
    ['size', { size: 13 }],
    ['tenant', { tenant: 'stranger' }],
    ['model', { model: 'faces' }],
    ['version', { version: '1.0.1' }],
  ])('is refused of another %s, which it names', (field, change) => {
    expect(check(envelope, { ...statement, ...change })).toMatch(new RegExp(`^${field} is .* in what was signed and .* here$`));
  });

  it('is refused by another key, also by one that goes by the name of the first', () => {
    const other = signVersion(statement, readPrivateKey(generateSigningKey().privatePem)!);
    expect(check(other)).toMatch(/which is another/);
    expect(check({ ...other, signatures: [{ ...other.signatures[0], keyid: envelope.signatures[0].keyid }] })).toMatch(/not of this payload/);
  });

  it('is refused as that of another type, even one that was signed so', () => {
    expect(check({ ...envelope, payloadType: 'application/json' })).toMatch(/it is of the type/);
  });

  it('is refused after a change of any one character of payload or signature', () => {
    const changed = fc.record({ of: fc.constantFrom('payload', 'sig'), at: fc.nat(), by: fc.constantFrom(...'ABab01+/=-_ ') });
    fc.assert(
      fc.property(changed, ({ of, at, by }) => {
        const replaced = (text: string) => text.slice(0, at % text.length) + by + text.slice((at % text.length) + 1);
        const [{ keyid, sig }] = envelope.signatures;
        const next = of === 'payload' ? { ...envelope, payload: replaced(envelope.payload) } : { ...envelope, signatures: [{ keyid, sig: replaced(sig) }] };
        fc.pre(JSON.stringify(next) !== JSON.stringify(envelope));
        expect(check(next)).toEqual(expect.any(String));
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('says of anything that is sent for an envelope what is wrong, and does not fall', () => {
    const shaped = fc.record({ payloadType: fc.anything(), payload: fc.anything(), signatures: fc.array(fc.record({ keyid: fc.anything(), sig: fc.anything() }), { maxLength: 2 }) });
    fc.assert(fc.property(fc.oneof(fc.anything(), shaped), (value) => expect(check(value)).toEqual(expect.any(String))), { numRuns: 300, seed: 7 });
  });
});

describe('a signing key', () => {
  it('is read of its PEM, and is the same of the private and of the public part', () => {
    expect(readPublicKey(pair.privatePem)).toEqual(publicKey);
    expect(publicKeyPem(publicKey)).toBe(pair.publicPem);
    expect(publicKey.length).toBe(32);
  });

  it('is of Ed25519 and of nothing else', () => {
    const text = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n';
    expect([readPublicKey(text), readPublicKey(''), readPrivateKey(pair.publicPem)]).toEqual([undefined, undefined, undefined]);
  });
});
