import type { DType } from '@steelyard/wire';
import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Tensor } from '@tensorflow/tfjs-core';

/** A tensor of a model with its batch dimension; a free dimension is -1. */
export interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** A loaded model of either format. */
export interface Executable {
  readonly inputs: readonly Value[];
  /** Undefined where the model does not say; a run tells. */
  readonly outputs: readonly Value[] | undefined;
  /** Names of the outputs, in the order in which {@link execute} gives them. */
  readonly outputNames: readonly string[];
  /** Takes and gives tensors in the order of the names. Whoever calls disposes of all that it makes. */
  execute(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
  dispose(): void;
}

const CARRIED: ReadonlySet<string> = new Set<DType>(['float32', 'int32', 'bool', 'string']);

/** @throws AppError `RUNTIME.LOAD_FAILED` for a type that cannot be carried. */
export function carriedType(dtype: unknown, what: string): DType {
  if (typeof dtype === 'string' && CARRIED.has(dtype)) return dtype as DType;
  throw runtimeErrors.LOAD_FAILED({ model: 'The model', reason: `its ${what} has the type ${String(dtype)}, which is not supported` });
}
