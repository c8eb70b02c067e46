import { compileSchema, type Problem } from '@steelyard/model-package';
import type { ResolvedVersion } from '@steelyard/domain-catalog';
import { LRUCache } from 'lru-cache';
import { inferenceErrors } from './errors.js';

type Check = (value: unknown) => readonly Problem[];

/** Input schemas compiled once per version digest. */
export class InputChecks {
  readonly #checks = new LRUCache<string, Check>({ max: 1_000 });

  /** @throws INFERENCE.INPUT_INVALID naming every problem */
  check(version: ResolvedVersion, input: unknown): void {
    let check = this.#checks.get(version.digest);
    if (!check) this.#checks.set(version.digest, (check = compileSchema(version.manifest.input)));
    const problems = check(input);
    if (problems.length > 0) throw inferenceErrors.INPUT_INVALID({ label: version.label, problems });
  }
}
