import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { reasonOf } from '@steelyard/runtime-kit';
import { IDENTITY_MODEL } from './identity-model.js';
import { loadOnnxLibrary } from './onnx-library.js';

/** NVIDIA's driver; where it is that of Windows, in WSL. */
const DEVICE_FILES = ['/dev/nvidiactl', '/dev/dxg'];
const PROVIDER_FILE = 'libonnxruntime_providers_cuda.so';
/** The first use of a GPU sets it up; a driver that hangs must not hold a runner. */
const TRY_MS = 30_000;
const REASON_LENGTH_MAX = 400;

const resolve = createRequire(import.meta.url).resolve;

/**
 * Why CUDA cannot work here, as far as can be seen without touching it; undefined where it may. What ONNX Runtime lists is
 * what it was built for, not what works.
 */
export async function whyNoCuda(): Promise<string | undefined> {
  const { listSupportedBackends } = await loadOnnxLibrary();
  if (!listSupportedBackends().some(({ name }) => name === 'cuda')) return 'onnxruntime-node has no CUDA for this platform';
  if (!(await anyExists(DEVICE_FILES))) return `there is no NVIDIA device: neither ${DEVICE_FILES.join(' nor ')} exists`;
  const folder = path.join(path.dirname(resolve('onnxruntime-node/package.json')), 'bin/napi-v6', process.platform, process.arch);
  if (await anyExists([path.join(folder, PROVIDER_FILE)])) return undefined;
  return `onnxruntime-node was installed without ${PROVIDER_FILE}: run its install script with ONNXRUNTIME_NODE_INSTALL=cuda12`;
}

/**
 * Why a model does not run on a device, tried in a process of its own: a driver that does not fit may end the process that loads
 * it. Undefined where it runs.
 */
export function tryInChild(device: 'cpu' | 'cuda'): Promise<string | undefined> {
  const args = ['-e', TRIAL, resolve('onnxruntime-node'), device, IDENTITY_MODEL.toString('base64')];
  const env = { ...process.env, ORT_DISABLE_TELEMETRY: '1' };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'], timeout: TRY_MS, killSignal: 'SIGKILL' });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(0, REASON_LENGTH_MAX * 2)));
  return new Promise((tell) => {
    child.once('error', (error) => tell(reasonOf(error)));
    child.once('close', (code, signal) => tell(code === 0 ? undefined : reasonOf(text) || `the process that tried it ended with ${signal ?? code}`));
  });
}

/** Without files of ours, so that it runs from sources as from a build. It exits by itself when it knows: threads of a driver could hold it. */
const TRIAL = `
  const [library, device, model] = process.argv.slice(1);
  const { InferenceSession, Tensor } = require(library);
  const options = { executionProviders: [device], logSeverityLevel: 4 };
  InferenceSession.create(Buffer.from(model, 'base64'), options)
    .then((session) => session.run({ x: new Tensor('float32', Float32Array.of(3), [1]) }))
    .then(({ y }) => process.exit(y.data[0] === 3 ? 0 : 1), (error) => {
      process.stdout.write(error.message);
      process.exitCode = 1;
    });
`;

async function anyExists(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (await access(path).then(() => true, () => false)) return true;
  return false;
}
