import type { ModelFacts } from '../onnx/read-model.js';
import type { CarriedModel, CarriedTensor } from './carried-tensors.js';

/** What is known of a model from its file alone. */
export interface KnownFacts {
  readonly name: string;
  /** SPDX; undefined where the provider stated none. */
  readonly license: string | undefined;
  /** Undefined where the provider stated nothing. */
  readonly intendedUse: string | undefined;
  /** Of the file and its external data. */
  readonly sizeBytes: number;
  readonly parameters: number;
  readonly producerVersion: string;
  readonly facts: ModelFacts;
  readonly model: CarriedModel;
}

const OPERATORS_SHOWN = 12;

/** A card that says what the file says, and of the rest that nobody has said it. */
export function modelCard(known: KnownFacts): string {
  const { name, license, intendedUse, model } = known;
  return `# ${name}

An ONNX model, offered as its file is: callers give its input tensors and get its output tensors. This card was written from
the file alone.${intendedUse === undefined ? ' Its provider has said nothing else of it yet.' : ` What it is for, its provider says:

> ${intendedUse.replaceAll('\n', '\n> ')}`}

## What it takes and gives

${tensorTable('Input', model.inputs)}

${tensorTable('Output', model.outputs)}

${BATCH[model.batch]}

## What the file says

${factList(known).map(([what, value]) => `- ${what}: ${value}`).join('\n')}

## What is not stated

- ${intendedUse === undefined ? 'What it is for, and what' : 'What'} it must not be used for.
- What it was trained on, and how well it does on data that it has not seen.
- What the numbers it takes and gives mean.
${license === undefined ? '- Under which licence it may be used. Ask its provider before you rely on it.\n' : ''}
## What was checked

The sample holds made-up numbers. It shows that the model loads, runs and answers in the declared types and shapes; it says
nothing of how good the answers are.
`;
}

const BATCH: Readonly<Record<CarriedModel['batch'], string>> = {
  free: 'Shapes are those of one call, without the first dimension of the file: calls that wait together go through the model together.',
  one: 'Shapes are those of one call, without the first dimension of the file, which is always 1: calls go through the model one by one.',
  none: 'The model has no batch dimension: tensors go to it as callers send them, one call after the other.',
};

function tensorTable(heading: string, tensors: readonly CarriedTensor[]): string {
  const rows = tensors.map(({ name, dtype, shape, declared }) => `| ${code(name)} | ${dtype} ${shape ? `[${shape.map((size) => (size === -1 ? 'any' : size)).join(', ')}]` : ''} | ${code(declared)} |`);
  return [`| ${heading} | of one call | in the file |`, '|---|---|---|', ...rows].join('\n');
}

function factList({ sizeBytes, parameters, producerVersion, facts, license }: KnownFacts): [string, string][] {
  const operators = [...facts.operators].sort(([a, usesA], [b, usesB]) => usesB - usesA || a.localeCompare(b));
  const nodes = operators.reduce((sum, [, uses]) => sum + uses, 0);
  const shown = operators.slice(0, OPERATORS_SHOWN).map(([name, uses]) => `${code(name)} ${uses}`);
  return [
    ['made by', facts.producer === '' ? 'not stated' : code([facts.producer, producerVersion].filter(Boolean).join(' '))],
    ['ONNX', `IR version ${facts.irVersion}, operator sets ${[...facts.opsets].map(([domain, version]) => code(`${domain || 'ai.onnx'} ${version}`)).join(', ')}`],
    ['size', sizeText(sizeBytes)],
    ['stored numbers (parameters)', parameters.toLocaleString('en')],
    ['operators', `${nodes}: ${shown.join(', ')}${operators.length > OPERATORS_SHOWN ? `, and ${operators.length - OPERATORS_SHOWN} kinds more` : ''}`],
    ...(facts.externalLocations.size > 0 ? [['weights in files of their own', [...facts.externalLocations].map(code).join(', ')] as [string, string]] : []),
    ...(license === undefined ? [] : [['licence, as its provider states it', license] as [string, string]]),
  ];
}

/** Text of the file as code: on one line, and without what would end it or the cell it is in. */
function code(text: string): string {
  return `\`${text.replace(/[\p{Cc}\u2028\u2029`|]/gu, ' ').trim() || '?'}\``;
}

function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
