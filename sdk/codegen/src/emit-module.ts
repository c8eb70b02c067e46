import { compareVersions } from './compare-versions.js';
import { CLIENT_TYPES, type EmitContext, emitType } from './emit-type.js';
import type { CatalogModel, CatalogVersion } from './read-catalog.js';
import { TypeAliases } from './type-aliases.js';
import { docComment, quote } from './type-text.js';

const HEADER = `/* eslint-disable */
// Written by \`steelyard generate\`: the models that your key can call, with the types of their inputs and outputs.
// Do not edit; run it again. The same catalog gives the same text.
`;

/** The module for a catalog: `interface Models`, to be given to `createClient<Models>()`. */
export function emitModule(models: readonly CatalogModel[]): string {
  const text: ModuleText = { aliases: new TypeAliases(), entries: [], names: [] };
  const sorted = [...models].sort((a, b) => (`${a.owner}/${a.name}` < `${b.owner}/${b.name}` ? -1 : 1));
  for (const model of sorted) emitModel(model, text);
  const names = text.aliases.closure(text.names);
  const imported = CLIENT_TYPES.filter((name) => names.has(name));
  const imports = imported.length === 0 ? '' : `import type { ${imported.join(', ')} } from '@steelyard/client';\n`;
  const body = text.entries.length === 0 ? 'export interface Models {}\n' : `export interface Models {\n${text.entries.join('')}}\n`;
  return `${HEADER}${imports}\n${body}${text.aliases.declarations(names)}`;
}

/** What has been written so far. */
interface ModuleText {
  readonly aliases: TypeAliases;
  /** The members of `interface Models`. */
  readonly entries: string[];
  /** The named types in them. */
  readonly names: string[];
}

/** `owner/name` (which means `:stable`), every channel, every version. Channels point to their version's entry. */
function emitModel(model: CatalogModel, text: ModuleText): void {
  const ref = `${model.owner}/${model.name}`;
  const versions = [...model.versions].sort((a, b) => compareVersions(a.version, b.version));
  const ready = new Set(versions.map(({ version }) => version));
  const channels = [...model.channels].filter(({ version }) => ready.has(version)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const about = [model.description, `Task: ${model.task}.`];
  const stable = channels.find(({ name }) => name === 'stable');
  if (stable) text.entries.push(entry(ref, entryOf(`${ref}@${stable.version}`), about));
  for (const { name, version } of channels) text.entries.push(entry(`${ref}:${name}`, entryOf(`${ref}@${version}`)));
  const written = new Map<string, string>();
  for (const version of versions) {
    const versionRef = `${ref}@${version.version}`;
    const content = JSON.stringify([version.inputSchema, version.outputSchema]);
    const same = written.get(content);
    if (same === undefined) written.set(content, versionRef);
    text.entries.push(entry(versionRef, same === undefined ? emitSignature(version, versionRef, { ...text, part: PARTS[model.task] }) : entryOf(same)));
  }
}

function entry(ref: string, type: string, about: readonly string[] = []): string {
  return `${docComment(about, '  ')}  ${quote(ref)}: ${type};\n`;
}

function entryOf(ref: string): string {
  return `Models[${quote(ref)}]`;
}

/** What streams of a task are made of. */
const PARTS: Readonly<Record<string, string>> = { 'text-generation': '{ text: string }' };

function emitSignature(version: CatalogVersion, owner: string, { aliases, names, part }: ModuleText & { part: string | undefined }): string {
  const typeOf = (direction: EmitContext['direction'], root: unknown) => {
    const type = emitType(root, { context: { aliases, direction, root, owner }, indent: '    ', depth: 0 });
    names.push(...type.names);
    return type.text;
  };
  return `{\n    input: ${typeOf('input', version.inputSchema)};\n    output: ${typeOf('output', version.outputSchema)};\n${part === undefined ? '' : `    part: ${part};\n`}  }`;
}
