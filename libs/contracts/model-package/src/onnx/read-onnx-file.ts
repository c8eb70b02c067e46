import { closeSync, fstatSync, openSync } from 'node:fs';
import { FileWindow } from './file-window.js';
import { otherFormat } from './other-format.js';
import { ProtoError } from './read-fields.js';
import { type ModelInterface, readInterface } from './read-interface.js';
import { type ModelFacts, readModel } from './read-model.js';

/** The file is no ONNX model; the message says what it is, or what is wrong, as the end of a sentence. */
export class NotOnnxError extends Error {}

export interface OnnxFile {
  readonly facts: ModelFacts;
  /** Its size, without external data. */
  readonly sizeBytes: number;
  /** What the model takes and gives. Read when it is asked for. @throws NotOnnxError */
  readonly interface: () => ModelInterface;
}

/**
 * Reads what a model file says of itself, without loading it and without reading its weights.
 * @param path Of the file on this machine.
 * @param use What is done with it, while it is open.
 * @throws NotOnnxError; what opening a file throws
 */
export function readOnnxFile<T>(path: string, use: (file: OnnxFile) => T): T {
  const fd = openSync(path, 'r');
  try {
    const window = new FileWindow(fd, fstatSync(fd).size);
    const other = otherFormat(window);
    if (other) throw new NotOnnxError(`it is ${other}, not ONNX`);
    const facts = readModel(window);
    if (facts.irVersion < 1 || !facts.hasGraph) throw new NotOnnxError('it is not an ONNX model: it has no version or no graph');
    return use({ facts, sizeBytes: window.size, interface: () => readInterface(window) });
  } catch (error) {
    if (error instanceof ProtoError) throw new NotOnnxError(`it is not an ONNX model: ${error.message}`);
    throw error;
  } finally {
    closeSync(fd);
  }
}
