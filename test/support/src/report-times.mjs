import { relative, sep } from 'node:path';
import { budgetOf, longSuites, RUN_SECONDS } from './suite-budgets.mjs';

const SHOWN = 10;
/** A run of less than so many suites says little about the whole. */
const WHOLE_RUN_SUITES = 50;

/** After a run of the whole: the slowest suites and the total, each against its budget. Only says so: how long a suite takes is a machine's as well. */
export default class ReportTimes {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
  }

  onRunComplete(_contexts, { startTime, testResults }) {
    if (testResults.length < WHOLE_RUN_SUITES) return;
    const suites = testResults.map(({ testFilePath, perfStats }) => {
      const path = relative(this.rootDir, testFilePath).split(sep).join('/');
      return { path, seconds: (perfStats.end - perfStats.start) / 1_000, budget: budgetOf(path) };
    });
    const over = suites.filter(({ seconds, budget }) => seconds > budget);
    const slowest = [...suites].sort((a, b) => b.seconds - a.seconds).slice(0, SHOWN);
    const line = ({ path, seconds, budget }) => `${seconds.toFixed(0).padStart(5)} s of ${String(budget).padStart(3)}  ${path}${seconds > budget ? '  OVER' : ''}`;
    console.log(`\nThe slowest of ${suites.length} suites, against their budgets (test/support/src/suite-budgets.mjs):`);
    for (const suite of slowest) console.log(line(suite));
    console.log(`${((Date.now() - startTime) / 1_000).toFixed(0)} s of ${RUN_SECONDS} in all; ${over.length} over budget${over.length ? `: ${over.map(({ path }) => path).join(', ')}` : ''}.`);
    const gone = Object.keys(longSuites).filter((path) => !suites.some((suite) => suite.path === path));
    if (gone.length > 0) console.log(`The table names suites that were not run: ${gone.join(', ')}.`);
  }
}
