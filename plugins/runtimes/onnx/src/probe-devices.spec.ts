/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { expect, it } from '@jest/globals';
import { withPackage } from '@steelyard/runtime-testkit';
import { linear } from '../spec/models.fixture.js';
import { tryInChild, whyNoCuda } from './cuda.js';
import onnx from './index.js';

it('uses every device that it knows, or says why not', async () => {
  const [usable, unusable] = [await onnx.probe(), (await onnx.unusable?.()) ?? []];
  expect([...usable, ...unusable.map(({ device }) => device)].sort()).toEqual([...onnx.capabilities.devices].sort());
  for (const { reason } of unusable) expect(reason.length).toBeGreaterThan(10);
});

it('tries a device in a process of its own, and tells why it fails', async () => {
  expect(await tryInChild('cpu')).toBeUndefined();
  if ((await whyNoCuda()) !== undefined) expect(await tryInChild('cuda')).toMatch(/cuda/i);
});

it('does not open a model for CUDA where there is none, nor takes the CPU without a word', async () => {
  const reason = await whyNoCuda();
  if (reason === undefined) return;
  const opened = withPackage(onnx, { files: { 'model.onnx': linear() }, device: 'cuda' }, (context) => onnx.open(context));
  await expect(opened).rejects.toMatchObject({ code: 'RUNTIME.DEVICE_UNAVAILABLE', message: expect.stringContaining(reason) });
});
