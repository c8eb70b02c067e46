import { expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { refuseRecursiveInputs } from './recursive-inputs.js';

const schemaWith = (inputs: string) => buildSchema(`type Query { find(a: A): Int } ${inputs}`);

it('refuses input types that contain themselves, directly or through others', () => {
  for (const inputs of ['input A { a: [A!] }', 'input A { b: B } input B { c: C } input C { b: [B] }']) {
    expect(() => refuseRecursiveInputs(schemaWith(inputs))).toThrow(/the input type [AB] contains itself/);
  }
  refuseRecursiveInputs(schemaWith('input A { b: B, again: B } input B { size: Int }'));
});
