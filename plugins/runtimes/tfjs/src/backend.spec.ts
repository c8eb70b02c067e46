import { expect, it } from '@jest/globals';
import { chooseBackend, switchTo } from './backend.js';
import { loadCore } from './library.js';

it('looks for the fastest first, and passes over what is not installed', async () => {
  const asked: string[] = [];
  const importPackage = (name: string): Promise<unknown> => {
    asked.push(name);
    return Promise.reject(new Error('not installed'));
  };
  expect((await chooseBackend({ device: 'cpu', backend: 'auto', importPackage })).name).toBe('wasm');
  await expect(chooseBackend({ device: 'cuda', backend: 'auto', importPackage })).rejects.toMatchObject({ code: 'RUNTIME.DEVICE_UNAVAILABLE' });
  expect(asked).toEqual(['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu']);
});

it('does not believe a package that loads and registers nothing', async () => {
  const importPackage = () => Promise.resolve({});
  expect((await chooseBackend({ device: 'cpu', backend: 'auto', importPackage })).name).toBe('wasm');
  await expect(chooseBackend({ device: 'cuda', backend: 'auto', importPackage })).rejects.toMatchObject({ code: 'RUNTIME.DEVICE_UNAVAILABLE' });
});

it('sees that a switch did not happen', async () => {
  const tf = await loadCore();
  expect(await switchTo(tf, 'cpu')).toBe(true);
  expect(await switchTo(tf, 'tensorflow')).toBe(false);
  expect(tf.getBackend()).toBe('cpu');
});
