import { loadOnnxLibrary } from './onnx-library.js';
import { sessionOptions } from './open-model.js';

/** The smallest model: `y = Identity(x)`, float32 [1]. */
const IDENTITY_MODEL = Buffer.from('CAgSC29ubngtd3JpdGVyOjcKEAoBeBIBeSIISWRlbnRpdHkSAWdaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAN', 'base64');

/** The devices on which a model really runs here. Only the CPU for now: GPUs are not used yet, whatever the machine has. */
export async function probeDevices(): Promise<readonly string[]> {
  const { InferenceSession, Tensor } = await loadOnnxLibrary();
  const session = await InferenceSession.create(IDENTITY_MODEL, sessionOptions(1));
  await session.run({ x: new Tensor('float32', new Float32Array(1), [1]) });
  await session.release();
  return ['cpu'];
}
