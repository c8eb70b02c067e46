import { expect, it } from '@jest/globals';
import { DerivedSecrets } from './derived-secrets.js';
import { Peppers } from './peppers.js';

const [OLD, NEW] = ['o'.repeat(32), 'n'.repeat(32)];

it('makes secrets that are known again by their labels, also after the pepper has changed', () => {
  const { secret, label } = new DerivedSecrets(new Peppers([OLD])).make('test');
  const changed = new DerivedSecrets(new Peppers([NEW, OLD]));
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  expect(changed.again('test', label)).toBe(secret);
  expect(changed.make('test').secret).not.toBe(secret);
});

it('gives a secret to no other purpose, label or pepper', () => {
  const secrets = new DerivedSecrets(new Peppers([OLD]));
  const { secret, label } = secrets.make('test');
  expect(secrets.again('another', label)).not.toBe(secret);
  expect(secrets.again('test', `${label}x`)).not.toBe(secret);
  expect(new DerivedSecrets(new Peppers([NEW])).again('test', label)).toBeUndefined();
  expect(secrets.again('test', 'no label')).toBeUndefined();
});
