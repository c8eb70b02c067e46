import { reasonOf } from '@steelyard/runtime-kit';
import type { Tensor } from '@steelyard/wire';
import { isMissingKernel, switchTo } from './backend.js';
import type { Backend, BackendName } from './backend.js';
import type { Executable } from './executable.js';
import { fromTf, toTf } from './tensors.js';

export interface SessionOptions {
  readonly backend: Backend;
  readonly executable: Executable;
  /** Whether plain JavaScript may take over where the backend lacks an operation. */
  readonly mayFallBack: boolean;
}

/** A model on a backend. Runs must be one at a time. */
export class Session {
  readonly executable: Executable;
  readonly #backend: Backend;
  readonly #mayFallBack: boolean;
  #backendName: BackendName;

  constructor({ backend, executable, mayFallBack }: SessionOptions) {
    this.executable = executable;
    this.#backend = backend;
    this.#backendName = backend.name;
    this.#mayFallBack = mayFallBack;
  }

  /** What really runs it. */
  get backend(): BackendName {
    return this.#backendName;
  }

  /** Takes and gives tensors in the order of the model's names. TensorFlow.js moves weights to another backend as they are used there. */
  async run(feeds: readonly Tensor[]): Promise<readonly Tensor[]> {
    try {
      return await this.#runOnce(feeds);
    } catch (error) {
      if (!this.#mayFallBack || this.#backendName === 'cpu' || !isMissingKernel(error) || !(await switchTo(this.#backend.tf, 'cpu'))) throw error;
      this.#backendName = 'cpu';
      process.emitWarning(`this model runs in plain JavaScript: ${reasonOf(error)}`, 'TensorFlow.js');
      return this.#runOnce(feeds);
    }
  }

  /** All tensors that are made between the two ends of the scope go with it, whether the run succeeds or not. */
  async #runOnce(feeds: readonly Tensor[]): Promise<readonly Tensor[]> {
    const { tf } = this.#backend;
    const engine = tf.engine();
    engine.startScope('run');
    try {
      const results = await this.executable.execute(feeds.map((feed) => toTf(tf, feed)));
      return this.executable.outputNames.map((name, index) => fromTf(name, results[index]));
    } finally {
      engine.endScope();
    }
  }

  close(): void {
    this.executable.dispose();
  }
}
