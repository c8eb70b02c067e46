/** `npm run test:gpu`: what can only be tested where there is a GPU. Fails where there is none, and says what was found. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, environment, prepare, root, run } from './prepare.mjs';

prepare();
const runtimes = await askRuntimes();
if (!runtimes.some(({ runtime, usable }) => runtime === 'onnx' && usable.includes('cuda'))) {
  const files = readdirSync('/dev').filter((name) => /^(nvidia|dri|dxg|kfd)/.test(name));
  console.error('The GPU tests did not run: no runtime of ONNX models can use CUDA here.\n');
  console.error(`device files: ${files.length > 0 ? files.map((name) => `/dev/${name}`).join(', ') : 'none of a GPU'}`);
  for (const { runtime, usable, unusable, problem } of runtimes) {
    console.error(`${runtime}: ${problem ?? `can use ${usable.join(', ') || 'nothing'}`}`);
    for (const { device, reason } of unusable) console.error(`  not ${device}: ${reason}`);
  }
  console.error('\ndocs/guides/gpu.md says what a machine needs for it.');
  process.exit(1);
}
run(bin('jest'), ['--runInBand', '--testMatch=<rootDir>/test/gpu/*.gpu-spec.ts', ...process.argv.slice(2)], {
  env: { ...environment, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim() },
});

/** As `steelyard engine devices` does, with all protections of runners. */
async function askRuntimes() {
  const { createEngineHost } = await import('@steelyard/engine');
  const workDir = mkdtempSync(join(tmpdir(), 'steelyard-gpu-'));
  const ignore = () => {};
  const host = createEngineHost({
    runnerEntry: join(root, 'libs/runner/dist/index.js'),
    workDir,
    store: { materialize: () => Promise.reject(new TypeError('there are no models here')) },
    log: { info: ignore, warn: (fields, message) => console.error(message, fields), error: console.error },
    metrics: { batch: ignore, runnerExit: ignore, loaded: ignore, refused: ignore },
  });
  try {
    return await host.devices();
  } finally {
    await host.close();
    rmSync(workDir, { recursive: true, force: true });
  }
}
