import { runtimeErrors } from '@steelyard/runtime-kit';
import type { LoadedModel, OpenContext } from '@steelyard/runtime-kit';
import { openOnnxFile } from '@steelyard/runtime-onnx/session';
import { inspectPackage, partsOf } from './inspect-package.js';
import { LINE_HEIGHT, LineReader } from './line-reader.js';
import { Network } from './network.js';
import { OcrModel } from './ocr-model.js';
import { DEFAULTS } from './options.js';
import type { OcrOptions } from './options.js';
import { readDictionary } from './recognition/dictionary.js';

/** Loads the package's models. They are scanned again: what loads them must not trust that somebody else did. */
export async function openModel({ options, ...context }: OpenContext<OcrOptions>): Promise<LoadedModel> {
  const { dir, manifest, device } = context;
  await inspectPackage(context);
  const parts = partsOf(manifest);
  const { spaces, spaceThreshold, sideMin, sideMax, scoreThreshold, ...lines } = { ...DEFAULTS, ...options };
  const characters = [...(await readDictionary(dir, parts.dictionary)), ...(spaces ? [' '] : [])];
  const opened: Network[] = [];
  const open = async (part: 'detection' | 'recognition', height?: number): Promise<Network> => {
    const network = new Network(await openOnnxFile(context, { artifact: parts[part], withoutBatch: true }), parts[part], height);
    opened.push(network);
    return network;
  };
  try {
    const detector = await open('detection');
    const recognizer = await open('recognition', LINE_HEIGHT);
    const classes = recognizer.outputSize(2);
    if (classes !== undefined && classes !== characters.length + 1) {
      const reason = `it has ${classes} classes, and the dictionary ${characters.length} characters${spaces ? ', space included' : ''}; one class more stands for none`;
      throw runtimeErrors.LOAD_FAILED({ model: parts.recognition, reason });
    }
    return new OcrModel({ device, detector, reader: new LineReader(recognizer, { characters, spaceThreshold }), limits: { sideMin, sideMax }, lines, scoreThreshold });
  } catch (error) {
    for (const network of opened) await network.close();
    throw error;
  }
}
