import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { withPackage } from '@steelyard/runtime-testkit';
import { linear } from '../spec/models.fixture.js';
import onnx from './index.js';

/** SwiftShader, a GPU in software, as Debian's chromium-common has it, with a Vulkan loader beside it. */
const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const SCRIPT = fileURLToPath(new URL('../spec/run-on-webgpu.mjs', import.meta.url));

const runWith = (driver: string) =>
  withPackage(onnx, { files: { 'model.onnx': linear() } }, async ({ dir }) => {
    const env = { PATH: process.env['PATH'], VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: path.dirname(DRIVER), ORT_DISABLE_TELEMETRY: '1' };
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, dir], { env, timeout: 20_000, killSignal: 'SIGKILL' });
    return JSON.parse(stdout.trim().split('\n').at(-1) as string) as unknown;
  });

const found = existsSync(DRIVER);
if (!found) process.stdout.write(`left out: WebGPU on SwiftShader, which is not here (${DRIVER})\n`);

// The runtime itself does not use WebGPU. This shows that the library's GPU path, compiled in, gives right answers.
(found ? describe : describe.skip)('WebGPU on a GPU in software', () => {
  it('runs the nodes of a model, and gives the right numbers', async () => {
    expect(await runWith(DRIVER)).toEqual({ y: [14, 25, 10, 20], ran: ['Gemm on WebGpuExecutionProvider'] });
  });

  it('does not run without a driver, instead of falling back to the CPU', async () => {
    await expect(runWith('/nowhere.json')).rejects.toThrow(/webgpu|adapter|device/i);
  });
});
