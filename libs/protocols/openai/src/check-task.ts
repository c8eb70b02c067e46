import type { Catalog } from '@steelyard/domain-catalog';
import type { Caller } from '@steelyard/kernel';
import type { TaskName } from '@steelyard/tasks';
import { openaiErrors } from './errors.js';

/** @throws OPENAI.TASK_WRONG, and what `Catalog.resolve` throws */
export async function checkTask(model: string, wanted: TaskName, caller: Caller, catalog: Pick<Catalog, 'resolve'>): Promise<void> {
  const { manifest } = await catalog.resolve(model, caller);
  if (manifest.task !== wanted) throw openaiErrors.TASK_WRONG({ model, task: manifest.task, wanted });
}
