import type { Runtime } from '@steelyard/runtime-kit';
import type { RuntimeFixture } from './fixture.js';

/** The two functions of a test framework that the suite needs; those of Jest, Vitest, Mocha and node:test fit. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

export interface RuntimeSuite extends TestFramework {
  readonly runtime: Runtime;
  readonly fixture: RuntimeFixture;
}
