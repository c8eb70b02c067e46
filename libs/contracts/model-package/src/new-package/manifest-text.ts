/** What a new `model.yaml` says. */
export interface ManifestFacts {
  readonly name: string;
  readonly task: string;
  readonly runtime: string;
  /** YAML of `runtime.options`. */
  readonly runtimeOptions?: string;
  /** SPDX. */
  readonly license: string;
  readonly description: string;
  /** For whom and for what; undefined where nobody has said it yet. */
  readonly intendedUse: string | undefined;
  /** Decimal text, in US dollars for each request; or `free`. */
  readonly price: string;
  /** The part that is this model's own; whole lines. */
  readonly specific: string;
}

/** Names that YAML would read as a number or a truth value. */
const READ_OTHERWISE = /^(\d.*|true|false|null)$/;

export function manifestText({ name, task, runtime, runtimeOptions, license, description, intendedUse, price, specific }: ManifestFacts): string {
  const options = runtimeOptions === undefined ? '' : `, options: ${runtimeOptions}`;
  return `# What every key means and its default: \`steelyard model show\`.
schema: 1
name: ${READ_OTHERWISE.test(name) ? JSON.stringify(name) : name}
version: 1.0.0
license: ${license}
task: ${task}
description: ${JSON.stringify(description)}
${intendedUseLine(intendedUse)}
runtime: { name: ${runtime}, range: ^0.1.0${options} }
${specific}price: ${price === 'free' ? price : `{ unit: request, amount: "${price}", currency: usd }`}
`;
}

function intendedUseLine(intendedUse: string | undefined): string {
  return intendedUse === undefined ? '# intendedUse: for whom and for what it was made; needed, as is a license, to list it publicly' : `intendedUse: ${JSON.stringify(intendedUse)}`;
}

/** A name for a model, of that of a folder or file. */
export function nameOf(path: string): string {
  const base = path.split(/[/\\]/).filter(Boolean).at(-1) ?? '';
  const name = base.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64).replace(/-+$/, '');
  return name === '' ? 'my-model' : name;
}
