import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Models } from './steelyard.gen.js';

export interface Patient {
  readonly measurements: Models['harbour/breast-cancer']['input'];
  readonly diagnosis: string;
}

/** The rows of the Wisconsin table that the model was not trained on. The last column is the diagnosis. */
export function readPatients(dir: string): Patient[] {
  const { table, heldOutRows } = JSON.parse(readFileSync(join(dir, 'split.json'), 'utf8')) as { table: string; heldOutRows: number[] };
  const [header, ...rows] = readFileSync(join(dir, table), 'utf8').trim().split('\n');
  const names = header!.split(',').slice(0, -1);
  return heldOutRows.map((row) => {
    const values = rows[row]!.split(',');
    const measurements = Object.fromEntries(names.map((name, column) => [name, Number(values[column])]));
    return { measurements: measurements as unknown as Patient['measurements'], diagnosis: values.at(-1)! };
  });
}
