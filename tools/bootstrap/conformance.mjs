/**
 * `npm run conformance`: every operator test of ONNX's own through publish and predict over the binary protocol, beside ONNX Runtime itself.
 * About a second for each of them.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, environment, prepare, run } from './prepare.mjs';

const data = process.env.STEELYARD_TEST_ONNX_DATA ?? '/usr/share/libonnx-testdata/data';
if (!existsSync(data)) {
  console.error(`ONNX's tests are not at ${data}.\nInstall Debian's package libonnx-testdata, or set STEELYARD_TEST_ONNX_DATA to the folder that holds "node".`);
  process.exit(2);
}
prepare();
const folder = mkdtempSync(join(tmpdir(), 'steelyard-conformance-'));
const report = join(folder, 'report.json');
process.on('exit', () => {
  if (existsSync(report)) {
    const { cases, passedBare, passedThroughThePlatform, regressions } = JSON.parse(readFileSync(report, 'utf8'));
    for (const regression of regressions) console.log(regression);
    console.log(`ONNX Runtime: ${passedBare}/${cases}. Steelyard: ${passedThroughThePlatform}/${cases}. Regressions: ${regressions.length}.`);
  }
  rmSync(folder, { recursive: true, force: true });
});
run(bin('jest'), ['--runInBand', 'test/conformance'], {
  env: {
    ...environment,
    STEELYARD_CONFORMANCE_CASES: 'all',
    STEELYARD_CONFORMANCE_REPORT: report,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
  },
});
