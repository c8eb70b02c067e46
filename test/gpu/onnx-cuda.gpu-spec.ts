import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repositoryRoot, RunningPlatform } from '@steelyard/test-support/platform';

/** Of a score between 0 and 1: as the model's own samples allow. Convolutions on a GPU are rounded otherwise. */
const TOLERANCE = 0.005;
const SAMPLES = ['zero', 'two', 'seven', 'drawn-three', 'unsure-five'];
const digits = join(repositoryRoot, 'plugins/models/digits');

describe('ONNX models on CUDA', () => {
  let platform: RunningPlatform;
  let key: string;
  let folder: string;

  beforeAll(async () => {
    platform = await RunningPlatform.start();
    key = await platform.openOrganization('acme', '1.00');
    folder = await mkdtemp(join(tmpdir(), 'steelyard-gpu-'));
    await platform.publish(key, await digitsWith('never'));
    await platform.publish(key, await digitsWith('require'));
  }, 300_000);

  afterAll(async () => {
    await platform?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The example model, `digits-require` or `digits-never`. */
  async function digitsWith(gpu: 'require' | 'never'): Promise<string> {
    const dir = join(folder, gpu);
    await cp(digits, dir, { recursive: true });
    const manifest = await readFile(join(dir, 'model.yaml'), 'utf8');
    await writeFile(join(dir, 'model.yaml'), manifest.replace('name: digits', `name: digits-${gpu}`).replace('gpu: never', `gpu: ${gpu}`));
    return dir;
  }

  const read = async (model: string, sample: string) => {
    const image = (await readFile(join(digits, 'samples', `${sample}.png`))).toString('base64');
    const { status, body } = await platform.predict(key, `acme/${model}`, { image });
    expect([status, body]).toEqual([200, expect.objectContaining({ label: expect.any(String), score: expect.any(Number) })]);
    return body as { label: string; score: number };
  };

  it('is a device that the engine can use', async () => {
    const { engineDevices } = await platform.graphql(platform.operatorKey, '{ engineDevices { runtime usable unusable { device reason } } }');
    const onnx = engineDevices.find(({ runtime }: { runtime: string }) => runtime === 'onnx');
    expect(onnx).toEqual({ runtime: 'onnx', usable: ['cuda', 'cpu'], unusable: [] });
  });

  it('is named by the measurements of a model that requires it, and by its runners', async () => {
    const deviceOf = async (model: string) => (await platform.graphql(key, `{ model(ref: "acme/${model}") { versions { measurements } } }`)).model.versions[0].measurements.device;
    expect([await deviceOf('digits-require'), await deviceOf('digits-never')]).toEqual(['cuda', 'cpu']);
    await read('digits-require', 'zero');
    const { engine } = await platform.graphql(platform.operatorKey, '{ engine { models { label runners { device } } } }');
    const model = engine.models.find(({ label }: { label: string }) => label === 'acme/digits-require@1.0.0');
    expect(model.runners).toEqual([{ device: 'cuda' }]);
  });

  it.each(SAMPLES)('answers as the CPU does: %s', async (sample) => {
    const [gpu, cpu] = [await read('digits-require', sample), await read('digits-never', sample)];
    expect(gpu.label).toBe(cpu.label);
    expect(Math.abs(gpu.score - cpu.score)).toBeLessThanOrEqual(TOLERANCE);
  });
});
