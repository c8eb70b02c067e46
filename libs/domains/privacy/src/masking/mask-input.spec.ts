import { describe, expect, it } from '@jest/globals';
import type { PersonalKind } from '@steelyard/kernel';
import { maskInput } from './mask-input.js';

const rules = (mask: PersonalKind[], block: PersonalKind[] = []) => ({ mask: new Set(mask), block: new Set(block) });
const SCHEMA = { type: 'object', properties: { text: { type: 'string' }, photo: { type: 'string', contentMediaType: 'image/*' }, photos: { type: 'array', items: { contentMediaType: 'image/*' } } } };

describe('masking an input', () => {
  it('masks every text, however deep, and counts what it was', () => {
    const input = { text: 'a@b.io', messages: [{ role: 'user', content: 'c@d.io and e@f.io, 203.0.113.7' }], tensor: { dtype: 'string', shape: [1], data: ['a@b.io'] } };
    const masked = maskInput(input, SCHEMA, rules(['email', 'ip']));
    expect(masked.input).toEqual({ text: '[email]', messages: [{ role: 'user', content: '[email] and [email], [ip]' }], tensor: { dtype: 'string', shape: [1], data: ['[email]'] } });
    expect(masked.counts).toEqual({ email: 4, ip: 1 });
    expect(input.text).toBe('a@b.io');
  });

  it('gives back the same object where there is nothing, and never touches media, numbers and bytes', () => {
    const input = { text: 'nothing', photo: 'a@b.io', photos: ['a@b.io'], bytes: new Uint8Array([97, 64]), big: 4_111_111_111_111_111n, none: null, floats: { dtype: 'float32', shape: [1], data: new Float32Array(1) } };
    const masked = maskInput(input, SCHEMA, rules(['email', 'card']));
    expect(masked.input).toBe(input);
    expect(masked.counts).toEqual({});
  });

  it('takes an input that is no object', () => {
    expect(maskInput('a@b.io', {}, rules(['email'])).input).toBe('[email]');
    expect(maskInput(['x', 'a@b.io'], {}, rules(['email'])).input).toEqual(['x', '[email]']);
  });

  it('blocks by the kinds that are found, and says no value', () => {
    const blocked = () => maskInput({ text: 'a@b.io, 203.0.113.7' }, SCHEMA, rules(['ip'], ['email', 'card']));
    expect(blocked).toThrow(expect.objectContaining({ code: 'PRIVACY.BLOCKED', kind: 'unprocessable', details: { kinds: ['email'] } }));
    expect(blocked).not.toThrow(/a@b\.io|203/);
    expect(maskInput({ text: '203.0.113.7' }, SCHEMA, rules(['ip'], ['email'])).counts).toEqual({ ip: 1 });
  });
});
