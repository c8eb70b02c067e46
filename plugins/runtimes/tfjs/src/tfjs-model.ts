import { runItems } from '@steelyard/runtime-kit';
import type { BatchDimension, Item, LoadedModel } from '@steelyard/runtime-kit';
import type { TensorSpec } from '@steelyard/wire';
import type { BackendName, Device } from './backend.js';
import { batchDimensionOf } from './batch-dimension.js';
import type { Value } from './executable.js';
import type { Session } from './session.js';

export interface TfjsModelOptions {
  readonly session: Session;
  readonly device: Device;
  /** The outputs with their types, in the order in which the model gives them. */
  readonly outputs: readonly Value[];
  /** The model's tensors have no batch dimension, whatever their shapes look like. */
  readonly withoutBatch: boolean;
}

/** A loaded model and how requests go through it: together where the model allows, one by one where it does not. */
export class TfjsModel implements LoadedModel {
  readonly device: Device;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly #session: Session;
  readonly #batch: BatchDimension;

  constructor({ session, device, outputs, withoutBatch }: TfjsModelOptions) {
    const { inputs } = session.executable;
    this.device = device;
    this.#session = session;
    this.#batch = withoutBatch ? 'none' : batchDimensionOf(inputs, outputs);
    const specOf = ({ name, dtype, shape }: Value): TensorSpec => ({ name, dtype, shape: this.#batch === 'none' ? shape : shape.slice(1) });
    this.inputs = inputs.map(specOf);
    this.outputs = outputs.map(specOf);
  }

  /** What really runs it. */
  get backend(): BackendName {
    return this.#session.backend;
  }

  run(items: readonly Item[]): Promise<readonly (Item | Error)[]> {
    return runItems(items, { inputs: this.inputs, outputs: this.outputs, batch: this.#batch, execute: (feeds) => this.#session.run(feeds) });
  }

  close(): Promise<void> {
    this.#session.close();
    return Promise.resolve();
  }
}
