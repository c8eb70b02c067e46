/** `npm run check`: everything that must hold besides the tests, in the order in which a failure is cheapest to find. */
import { spawnSync } from 'node:child_process';
import { bin, environment, install, root } from './prepare.mjs';

const node = (...args) => [process.execPath, args];
const steps = {
  build: [bin('nx'), ['run', 'steelyard:build', '--outputStyle=static']],
  'bundle size': node('tools/checks/bundle-size.mjs'),
  types: [bin('tsc'), ['-p', 'tsconfig.check.json']],
  'portal types': [bin('tsc'), ['-p', 'apps/portal']],
  lint: [bin('eslint'), ['.', '--max-warnings=0']],
  layers: node('tools/checks/layers.mjs'),
  tidy: node('tools/checks/tidy.mjs'),
  generated: node('tools/checks/generated.mjs'),
  'database drift': node('tools/prisma/check-drift.mjs'),
};

install();
const failed = [];
for (const [name, [command, args]] of Object.entries(steps)) {
  const startedAt = performance.now();
  const result = spawnSync(command, args, { cwd: root, env: environment, encoding: 'utf8', maxBuffer: 1 << 28 });
  const passed = result.status === 0;
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(15)} ${((performance.now() - startedAt) / 1000).toFixed(1)} s  ${passed ? lastLine(result.stdout) : ''}`);
  if (!passed) {
    failed.push(name);
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ? `${result.error.message}\n` : ''}\n`);
    if (name === 'build') break;
  }
}
console.log(failed.length === 0 ? 'The check passed.' : `The check failed: ${failed.join(', ')}.`);
process.exit(failed.length === 0 ? 0 : 1);

function lastLine(text) {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  return line.length > 100 || /nx|NX/.test(line) ? '' : line;
}
