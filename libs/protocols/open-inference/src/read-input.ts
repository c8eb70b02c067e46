import type { ModelTensor } from './model-tensors.js';
import { DATATYPES } from './datatypes.js';
import { openInferenceErrors } from './errors.js';
import { invalid, type RequestTensor } from './infer-request.js';
import { readBytes, readNumbers } from './read-elements.js';

/**
 * A model's input out of the tensors of a request.
 * @throws OPEN_INFERENCE.TENSOR_UNKNOWN, OPEN_INFERENCE.REQUEST_INVALID
 */
export function readInput(model: string, known: readonly ModelTensor[], given: readonly RequestTensor[]): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const tensor of given) {
    const field = known.find(({ name }) => name === tensor.name);
    if (!field) throw openInferenceErrors.TENSOR_UNKNOWN({ model, what: 'input', name: tensor.name, known: known.map(({ name }) => name) });
    input[field.name] = valueOf(field, tensor);
  }
  return input;
}

function valueOf(field: ModelTensor, tensor: RequestTensor): unknown {
  if ((field.datatype === 'BYTES') !== (tensor.datatype === 'BYTES')) {
    throw invalid(`The datatype of ${JSON.stringify(field.name)}`, `is ${tensor.datatype}, and the model takes ${field.datatype}`);
  }
  switch (field.form) {
    case 'tensor':
      return { dtype: DATATYPES[tensor.datatype], shape: tensor.shape, data: field.datatype === 'BYTES' ? readBytes(tensor).map(String) : readNumbers(tensor) };
    case 'media':
      return oneOf(field, readBytes(tensor));
    case 'text':
      return String(oneOf(field, readBytes(tensor)));
    case 'json':
      return parse(field, String(oneOf(field, readBytes(tensor))));
    case 'numbers':
      return numbersOf(tensor);
    case 'boolean':
      return oneOf(field, numbersOf(tensor)) !== 0;
    case 'number':
    case 'integer':
      return oneOf(field, numbersOf(tensor));
  }
}

const numbersOf = (tensor: RequestTensor): number[] => Array.from(readNumbers(tensor) as ArrayLike<number | bigint>, Number);

function oneOf<T>({ name }: ModelTensor, elements: ArrayLike<T>): T {
  if (elements.length !== 1) throw invalid(`The shape of ${JSON.stringify(name)}`, `is of ${elements.length} elements, and the model takes one`);
  return elements[0]!;
}

function parse({ name }: ModelTensor, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw invalid(`The data of ${JSON.stringify(name)}`, `must be JSON: ${(error as Error).message}`);
  }
}
