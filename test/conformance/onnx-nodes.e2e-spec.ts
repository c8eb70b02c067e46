/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeDatabase, embeddedTestServer, LONG, RunningPlatform } from '@steelyard/test-support';
import type { Tensor } from '@steelyard/wire';
import { conformanceDirs, meets, readCase, type ConformanceCase } from '../../plugins/runtimes/onnx/spec/conformance-cases.js';
import { runDirectly } from '../../plugins/runtimes/onnx/spec/run-directly.js';
import { loadOnnxLibrary, type OnnxLibrary } from '../../plugins/runtimes/onnx/src/onnx-library.js';
import { OpenInferenceClient } from '../clients/open-inference-client.js';
import { publishFolder } from '../clients/publish-folder.js';
import { removeFolder, writeCasePackage, type CaseNames } from './case-package.js';

/** Debian's libonnx-testdata; CI announces it. */
const announced = process.env['STEELYARD_TEST_ONNX_DATA'];
const root = announced ?? '/usr/share/libonnx-testdata/data';
const all = announced || existsSync(root) ? conformanceDirs(root, 1).filter(({ name }) => name.startsWith('node/')) : [];
/** `npm run conformance` takes all of them. */
const wished = process.env['STEELYARD_CONFORMANCE_CASES'] ?? (LONG ? '100' : '25');
const count = wished === 'all' ? all.length : Math.min(Number(wished), all.length);
/** Where the figures are written. */
const report = process.env['STEELYARD_CONFORMANCE_REPORT'];
const AT_ONCE = 2;

const DATATYPES: Readonly<Record<string, string>> = {
  float32: 'FP32', float64: 'FP64', int8: 'INT8', int16: 'INT16', int32: 'INT32', int64: 'INT64', uint8: 'UINT8', uint16: 'UINT16', uint32: 'UINT32', uint64: 'UINT64', bool: 'BOOL', string: 'BYTES',
};
const DTYPES = Object.fromEntries(Object.entries(DATATYPES).map(([dtype, datatype]) => [datatype, dtype as Tensor['dtype']]));

(all.length > 0 ? describe : describe.skip)("ONNX's own tests of operators", () => {
  describeDatabase('published and called over the binary protocol', (context) => {
    let platform: RunningPlatform;
    let library: OnnxLibrary;
    let provider: string;
    let consumer: OpenInferenceClient;

    beforeAll(async () => {
      library = await loadOnnxLibrary();
      // One of its own: tensors of some cases are larger than what the shared one takes.
      platform = await RunningPlatform.start({ databaseUrl: context.url() });
      provider = await platform.openOrganization('acme');
      const key = await platform.openOrganization('caller', '1.00');
      consumer = new OpenInferenceClient(platform.url, { authorization: `Bearer ${key}` });
    }, 90_000);

    afterAll(() => platform?.stop());

    it('pass exactly where they pass in ONNX Runtime itself', async () => {
      const dirs = Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)]!);
      const passed: { bare: string[]; platform: string[] } = { bare: [], platform: [] };
      const reasons: string[] = [];
      const waiting = [...dirs];
      const work = async (): Promise<void> => {
        for (let dir = waiting.shift(); dir; dir = waiting.shift()) {
          const test = readCase(dir);
          if (!test || !(await succeeds(async () => meets(test, await runDirectly(library, test))))) continue;
          passed.bare.push(test.name);
          const failure = await failureOf(test);
          if (failure === undefined) passed.platform.push(test.name);
          else reasons.push(`${test.name}: ${failure}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      const figures = { cases: dirs.length, passedBare: passed.bare.length, passedThroughThePlatform: passed.platform.length, regressions: reasons };
      if (report) writeFileSync(report, JSON.stringify(figures));
      expect(reasons).toEqual([]);
      expect(passed.bare.length / dirs.length).toBeGreaterThan(0.85);
    }, count * 5_000);

    /** Publishes a case, calls it as another organization, and lets go of it; says what was wrong. */
    async function failureOf(test: ConformanceCase): Promise<string | undefined> {
      const name = test.name.replace(/^node\//, '').replaceAll('_', '-').toLowerCase().slice(0, 64).replace(/-+$/, '');
      const names = await namesOf(test);
      const folder = await writeCasePackage(name, test, names);
      let digest: string | undefined;
      try {
        digest = await publishFolder(platform, provider, folder);
        const inputs = test.inputs.map(({ dtype, shape, data }, index) => ({ name: names.inputs[index]!, datatype: DATATYPES[dtype]!, shape, data: data }));
        const { outputs } = await consumer.infer(`acme/${name}`, inputs);
        const answers = outputs.map(({ datatype, shape, data }) => ({ dtype: DTYPES[datatype]!, shape, data: datatype === 'BYTES' ? Array.from(data, String) : data }) as unknown as Tensor);
        return meets(test, answers) ? undefined : 'it answers otherwise';
      } catch (error) {
        return (error as Error).message;
      } finally {
        await removeFolder(folder);
        if (digest) await platform.graphql(platform.operatorKey, 'mutation ($digest: ID!) { unloadModel(digest: $digest) }', { digest });
      }
    }

    async function namesOf({ dir, inputs, outputs }: ConformanceCase): Promise<CaseNames> {
      const session = await library.InferenceSession.create(`${dir}/model.onnx`, { logSeverityLevel: 4 });
      const names = { inputs: session.inputNames.slice(0, inputs.length), outputs: session.outputNames.slice(0, outputs.length) };
      await session.release();
      return names;
    }
  }, [embeddedTestServer]);
});

async function succeeds(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch {
    return false;
  }
}
