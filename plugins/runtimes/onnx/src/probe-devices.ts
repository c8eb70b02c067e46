import type { UnusableDevice } from '@steelyard/runtime-kit';
import { tryInChild, whyNoCuda } from './cuda.js';
import { IDENTITY_MODEL } from './identity-model.js';
import { loadOnnxLibrary } from './onnx-library.js';
import { sessionOptions } from './session-options.js';

let cuda: Promise<string | undefined> | undefined;

/** The devices on which a model really ran here, the fastest first. */
export async function probeDevices(): Promise<readonly string[]> {
  const { InferenceSession, Tensor } = await loadOnnxLibrary();
  const session = await InferenceSession.create(IDENTITY_MODEL, sessionOptions({ device: 'cpu', threads: 1 }));
  await session.run({ x: new Tensor('float32', new Float32Array(1), [1]) });
  await session.release();
  return (await whyCudaFails()) === undefined ? ['cuda', 'cpu'] : ['cpu'];
}

export async function unusableDevices(): Promise<readonly UnusableDevice[]> {
  const reason = await whyCudaFails();
  return reason === undefined ? [] : [{ device: 'cuda', reason }];
}

/** Found once. Only where nothing speaks against it does a process try it: that takes a second, which cold starts have not. */
function whyCudaFails(): Promise<string | undefined> {
  cuda ??= whyNoCuda().then((reason) => reason ?? tryInChild('cuda'));
  return cuda;
}
