import type { ByteSource } from './byte-source.js';
import { otherFormat } from './other-format.js';
import { ProtoError } from './read-fields.js';
import { type ModelInterface, readInterface } from './read-interface.js';
import { type ModelFacts, readModel } from './read-model.js';

/** The file is no ONNX model; the message says what it is, or what is wrong, as the end of a sentence. */
export class NotOnnxError extends Error {}

/** What a model file says of itself, without its weights. @throws NotOnnxError */
export function parseFacts(source: ByteSource): ModelFacts {
  return parsed(() => {
    const other = otherFormat(source);
    if (other) throw new NotOnnxError(`it is ${other}, not ONNX`);
    const facts = readModel(source);
    if (facts.irVersion < 1 || !facts.hasGraph) throw new NotOnnxError('it is not an ONNX model: it has no version or no graph');
    return facts;
  });
}

/** What a model takes and gives. @throws NotOnnxError */
export function parseInterface(source: ByteSource): ModelInterface {
  return parsed(() => readInterface(source));
}

function parsed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtoError) throw new NotOnnxError(`it is not an ONNX model: ${error.message}`);
    throw error;
  }
}
