/** `npm run bench -- <name> [arguments]`: builds, runs one benchmark of `test/bench`, whose last line is JSON. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installRuntime } from '../runtimes/install.mjs';
import { prepare, root, run } from './prepare.mjs';

const [name, ...rest] = process.argv.slice(2);
const names = readdirSync(join(root, 'test/bench/src')).flatMap((file) => /^(.+)\.bench\.ts$/.exec(file)?.[1] ?? []);
if (!names.includes(name)) {
  console.error(`Usage: npm run bench -- <name>\nThere are: ${names.join(', ')}`);
  // 2: wrong usage, as with the steelyard command.
  process.exit(2);
}
prepare({ quiet: true });
const problem = name.startsWith('llm') && installRuntime('llama-cpp');
if (problem) throw new Error(problem);
const compiled = join(root, 'test/bench/dist', `${name}.bench.js`);
if (!existsSync(compiled)) throw new Error(`${compiled} was not built`);
run(process.execPath, ['--no-warnings', compiled, ...rest]);
