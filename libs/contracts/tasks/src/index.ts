import detectionOutput from './object-detection/output.schema.json' with { type: 'json' };
import segmentationOutput from './image-segmentation/output.schema.json' with { type: 'json' };
import ocrOutput from './ocr/output.schema.json' with { type: 'json' };
import audioInput from './shared/audio.schema.json' with { type: 'json' };
import classification from './shared/classification.schema.json' with { type: 'json' };
import imageInput from './shared/image.schema.json' with { type: 'json' };
import textInput from './text-classification/input.schema.json' with { type: 'json' };
import embeddingInput from './text-embedding/input.schema.json' with { type: 'json' };
import embeddingOutput from './text-embedding/output.schema.json' with { type: 'json' };
import generationInput from './text-generation/input.schema.json' with { type: 'json' };
import generationOutput from './text-generation/output.schema.json' with { type: 'json' };
import forecastInput from './time-series-forecasting/input.schema.json' with { type: 'json' };
import forecastOutput from './time-series-forecasting/output.schema.json' with { type: 'json' };
import tokenInput from './token-classification/input.schema.json' with { type: 'json' };
import tokenOutput from './token-classification/output.schema.json' with { type: 'json' };
import voiceOutput from './voice-activity-detection/output.schema.json' with { type: 'json' };
import type { PriceUnit } from '@steelyard/kernel';
import type { TaskContract } from './task.js';

export type * from './task.js';

export const TASK_NAMES = [
  'image-classification',
  'object-detection',
  'image-segmentation',
  'ocr',
  'text-classification',
  'token-classification',
  'text-embedding',
  'text-generation',
  'audio-classification',
  'voice-activity-detection',
  'tabular-classification',
  'time-series-forecasting',
  'custom',
] as const;

export type TaskName = (typeof TASK_NAMES)[number];

const units: readonly PriceUnit[] = ['request', 'compute_second', 'megabyte'];
const imageUnits: readonly PriceUnit[] = [...units, 'image'];
const textUnits: readonly PriceUnit[] = [...units, 'character'];
const audioUnits: readonly PriceUnit[] = [...units, 'audio_second'];

/** Every task that a manifest may name, with the schemas that it gives a model which writes none of its own. */
export const tasks: Readonly<Record<TaskName, TaskContract>> = {
  'image-classification': { name: 'image-classification', title: 'Image classification', input: imageInput, output: classification, units: imageUnits },
  'object-detection': { name: 'object-detection', title: 'Object detection', input: imageInput, output: detectionOutput, units: imageUnits },
  'image-segmentation': { name: 'image-segmentation', title: 'Image segmentation', input: imageInput, output: segmentationOutput, units: imageUnits },
  ocr: { name: 'ocr', title: 'Text recognition (OCR)', input: imageInput, output: ocrOutput, units: imageUnits },
  'text-classification': { name: 'text-classification', title: 'Text classification', input: textInput, output: classification, units: textUnits },
  'token-classification': { name: 'token-classification', title: 'Token classification', input: tokenInput, output: tokenOutput, units: textUnits },
  'text-embedding': { name: 'text-embedding', title: 'Text embedding', input: embeddingInput, output: embeddingOutput, units: [...textUnits, 'embedding'] },
  'text-generation': { name: 'text-generation', title: 'Text generation', input: generationInput, output: generationOutput, units: [...textUnits, 'input_token', 'output_token'] },
  'audio-classification': { name: 'audio-classification', title: 'Audio classification', input: audioInput, output: classification, units: audioUnits },
  'voice-activity-detection': { name: 'voice-activity-detection', title: 'Voice activity detection', input: audioInput, output: voiceOutput, units: audioUnits },
  'tabular-classification': { name: 'tabular-classification', title: 'Tabular classification', output: classification, units },
  'time-series-forecasting': { name: 'time-series-forecasting', title: 'Time series forecasting', input: forecastInput, output: forecastOutput, units },
  custom: { name: 'custom', title: 'Custom', units },
};

export function isTask(name: string): name is TaskName {
  return (TASK_NAMES as readonly string[]).includes(name);
}
