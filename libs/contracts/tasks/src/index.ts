import imageInput from './image-classification/input.schema.json' with { type: 'json' };
import imageOutput from './image-classification/output.schema.json' with { type: 'json' };
import tabularOutput from './tabular-classification/output.schema.json' with { type: 'json' };
import type { TaskContract } from './task.js';

export type { Classification, JsonSchema, TaskContract } from './task.js';

export const TASK_NAMES = ['image-classification', 'tabular-classification', 'custom'] as const;

export type TaskName = (typeof TASK_NAMES)[number];

/** Every task that a manifest may name, with the schemas that it gives a model which writes none of its own. */
export const tasks: Readonly<Record<TaskName, TaskContract>> = {
  'image-classification': { name: 'image-classification', title: 'Image classification', input: imageInput, output: imageOutput, units: ['request'] },
  'tabular-classification': { name: 'tabular-classification', title: 'Tabular classification', output: tabularOutput, units: ['request'] },
  custom: { name: 'custom', title: 'Custom', units: ['request'] },
};

export function isTask(name: string): name is TaskName {
  return (TASK_NAMES as readonly string[]).includes(name);
}
