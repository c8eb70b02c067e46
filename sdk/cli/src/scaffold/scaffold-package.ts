import { manifestText } from '@steelyard/model-package/new-package';
import type { TaskName } from '@steelyard/tasks';
import { cliErrors } from '../errors.js';
import { packageFiles, type ScaffoldFile } from './package-files.js';
import { type RuntimeName, templateOf } from './templates.js';

export interface NewPackage {
  readonly name: string;
  readonly task: TaskName;
  readonly runtime: RuntimeName;
  /** SPDX. */
  readonly license: string;
  /** Decimal text, in US dollars for each request. */
  readonly price: string;
}

/**
 * The files of a package that publishes as it is: a small model that really runs, its manifest, card and samples.
 * @throws AppError `CLI.RUNTIME_UNFIT`
 */
export function scaffoldPackage(wanted: NewPackage): ScaffoldFile[] {
  const template = templateOf(wanted.task, wanted.runtime);
  if (!template) throw cliErrors.RUNTIME_UNFIT(wanted);
  const { description, intendedUse, manifest: specific, files } = template;
  return packageFiles(manifestText({ ...wanted, description, intendedUse, specific }), cardText(wanted.name, description), files);
}

function cardText(name: string, description: string): string {
  return `# ${name}

${description}

## Intended use
Who should use this model, for what, and what it was not made for.

## Data and training
What it was trained on, how, and where the data comes from.

## Quality
How good it is, measured on which data; scores per group where people are concerned.

## Limits
When it fails and what must not be decided by it.
`;
}
