import { createRequire } from 'node:module';
import { relative, sep } from 'node:path';
import { longSuites } from './suite-budgets.mjs';

/** Jest's own, found as jest finds it. */
const { default: Sequencer } = ['jest', '@jest/core'].reduce((from, name) => createRequire(from.resolve(name)), createRequire(import.meta.url))('@jest/test-sequencer');

/** Long suites first, by the table; the others as jest has them. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const seconds = ({ path, context }) => longSuites[relative(context.config.rootDir, path).split(sep).join('/')] ?? 0;
    return [...super.sort(tests)].sort((a, b) => seconds(b) - seconds(a));
  }
}
