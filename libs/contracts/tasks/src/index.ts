import imageInput from './image-classification/input.schema.json' with { type: 'json' };
import imageOutput from './image-classification/output.schema.json' with { type: 'json' };
import segmentationInput from './image-segmentation/input.schema.json' with { type: 'json' };
import segmentationOutput from './image-segmentation/output.schema.json' with { type: 'json' };
import detectionInput from './object-detection/input.schema.json' with { type: 'json' };
import detectionOutput from './object-detection/output.schema.json' with { type: 'json' };
import tabularOutput from './tabular-classification/output.schema.json' with { type: 'json' };
import textInput from './text-classification/input.schema.json' with { type: 'json' };
import textOutput from './text-classification/output.schema.json' with { type: 'json' };
import embeddingInput from './text-embedding/input.schema.json' with { type: 'json' };
import embeddingOutput from './text-embedding/output.schema.json' with { type: 'json' };
import generationInput from './text-generation/input.schema.json' with { type: 'json' };
import generationOutput from './text-generation/output.schema.json' with { type: 'json' };
import type { TaskContract } from './task.js';

export type { Classification, Generation, GenerationPart, JsonSchema, TaskContract } from './task.js';

export const TASK_NAMES = [
  'image-classification',
  'object-detection',
  'image-segmentation',
  'tabular-classification',
  'text-classification',
  'text-embedding',
  'text-generation',
  'custom',
] as const;

export type TaskName = (typeof TASK_NAMES)[number];

const units = ['request'];

/** Every task that a manifest may name, with the schemas that it gives a model which writes none of its own. */
export const tasks: Readonly<Record<TaskName, TaskContract>> = {
  'image-classification': { name: 'image-classification', title: 'Image classification', input: imageInput, output: imageOutput, units },
  'object-detection': { name: 'object-detection', title: 'Object detection', input: detectionInput, output: detectionOutput, units },
  'image-segmentation': { name: 'image-segmentation', title: 'Image segmentation', input: segmentationInput, output: segmentationOutput, units },
  'tabular-classification': { name: 'tabular-classification', title: 'Tabular classification', output: tabularOutput, units },
  'text-classification': { name: 'text-classification', title: 'Text classification', input: textInput, output: textOutput, units },
  'text-embedding': { name: 'text-embedding', title: 'Text embedding', input: embeddingInput, output: embeddingOutput, units },
  'text-generation': { name: 'text-generation', title: 'Text generation', input: generationInput, output: generationOutput, units },
  custom: { name: 'custom', title: 'Custom', units },
};

export function isTask(name: string): name is TaskName {
  return (TASK_NAMES as readonly string[]).includes(name);
}
