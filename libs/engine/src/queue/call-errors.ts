import type { AppError } from '@steelyard/kernel';
import { engineErrors } from '../errors.js';

/** What calls of one model fail with while they wait or run. */
export class CallErrors {
  readonly #label: string;

  constructor(label: string) {
    this.#label = label;
  }

  lost(reason: string): AppError {
    return engineErrors.RUNNER_LOST({ label: this.#label, reason });
  }

  late(): AppError {
    return engineErrors.DEADLINE_EXCEEDED({ label: this.#label, reason: 'its deadline has passed' });
  }

  tookTooLong(runMs: number): AppError {
    return engineErrors.DEADLINE_EXCEEDED({ label: this.#label, reason: `the model took longer than its limit of ${runMs} ms` });
  }
}
