import { manifestSchema } from '@steelyard/model-package';
import type { TaskName } from '@steelyard/tasks';
import { cliErrors } from '../errors.js';
import { type RuntimeName, type ScaffoldFile, templateOf } from './templates.js';

export interface NewPackage {
  readonly name: string;
  readonly task: TaskName;
  readonly runtime: RuntimeName;
  /** SPDX. */
  readonly license: string;
}

/**
 * The files of a package that publishes as it is: a small model that really runs, its manifest, card and samples.
 * @throws AppError `CLI.RUNTIME_UNFIT`
 */
export function scaffoldPackage(wanted: NewPackage): ScaffoldFile[] {
  const template = templateOf(wanted.task, wanted.runtime);
  if (!template) throw cliErrors.RUNTIME_UNFIT(wanted);
  return [
    { path: 'model.yaml', content: manifestText(wanted, template.manifest, template.description) },
    { path: 'README.md', content: cardText(wanted.name, template.description) },
    { path: '.editor/model.schema.json', content: `${JSON.stringify(manifestSchema, null, 2)}\n` },
    ...template.files,
  ];
}

function manifestText({ name, task, runtime, license }: NewPackage, specific: string, description: string): string {
  return `# yaml-language-server: $schema=./.editor/model.schema.json
# What every key means and its default: \`steelyard model show\`.
schema: 1
name: ${name}
version: 1.0.0
license: ${license}
task: ${task}
description: ${description}
runtime: { name: ${runtime}, range: ^0.1.0 }
${specific}price: { unit: request, amount: "0.0001", currency: usd }
`;
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
