import { expect, it } from '@jest/globals';
import { SPI_VERSION } from '@steelyard/runtime-kit';
import { checkRuntime } from './load-runtime.js';

const complete = { name: 'x', version: '1.0.0', spi: SPI_VERSION, formats: [], capabilities: {}, optionsSchema: {}, probe() {}, inspect() {}, open() {} };

it('takes what defineRuntime makes', () => {
  expect(checkRuntime('x', complete)).toBe(complete);
});

it.each([
  [{ ...complete, spi: SPI_VERSION + 1 }, /written for SPI 2, this runner has SPI 1/],
  [{ ...complete, open: undefined }, /lacks open/],
  [{ ...complete, name: 3, capabilities: undefined }, /lacks name, capabilities/],
  [undefined, /not a runtime/],
  [null, /not a runtime/],
  [() => complete, /not a runtime/],
])('refuses anything else: %j', (candidate, message) => {
  expect(() => checkRuntime('x', candidate)).toThrow(expect.objectContaining({ code: 'RUNTIME.INCOMPATIBLE', message: expect.stringMatching(message) }));
});
