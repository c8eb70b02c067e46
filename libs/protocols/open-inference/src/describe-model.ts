import type { ResolvedVersion } from '@steelyard/domain-catalog';
import { tensorsOf, type ModelTensor } from './model-tensors.js';

/** The model metadata of the protocol. */
export function describeModel(name: string, { version, manifest }: ResolvedVersion): object {
  const tensor = ({ name: tensorName, datatype, shape }: ModelTensor) => ({ name: tensorName, datatype, shape });
  return {
    name,
    versions: [version],
    platform: platformOf(manifest.runtime.name),
    inputs: tensorsOf(manifest.input).map(tensor),
    outputs: tensorsOf(manifest.output).map(tensor),
  };
}

/**
 * Triton's model configuration, as far as it is meant for callers. `max_batch_size` is 0: a call is one item, and the engine puts calls
 * together by itself.
 */
export function configureModel(name: string, { manifest }: ResolvedVersion): object {
  const tensor = ({ name: tensorName, datatype, shape }: ModelTensor) => ({ name: tensorName, data_type: datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`, dims: shape });
  return {
    name,
    platform: platformOf(manifest.runtime.name),
    backend: manifest.runtime.name,
    max_batch_size: 0,
    input: tensorsOf(manifest.input).map((input) => ({ ...tensor(input), ...(isRequired(manifest.input, input.name) ? {} : { optional: true }) })),
    output: tensorsOf(manifest.output).map(tensor),
  };
}

const platformOf = (runtime: string): string => `steelyard_${runtime}`;

function isRequired(schema: Readonly<Record<string, unknown>>, name: string): boolean {
  return Array.isArray(schema['required']) && schema['required'].includes(name);
}
