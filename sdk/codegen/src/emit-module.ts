import { compareVersions } from './compare-versions.js';
import { type EmitContext, emitType } from './emit-type.js';
import type { CatalogModel, CatalogVersion } from './read-catalog.js';
import { TypeAliases } from './type-aliases.js';
import { docComment, quote } from './type-text.js';

const HEADER = `/* eslint-disable */
// Written by \`steelyard generate\`: the models that your key can call, with the types of their inputs and outputs.
// Do not edit; run it again. The same catalog gives the same text.
`;

/** The module for a catalog: `interface Models`, to be given to `createClient<Models>()`. */
export function emitModule(models: readonly CatalogModel[]): string {
  const shared = { aliases: new TypeAliases(), imports: new Set<string>() };
  const sorted = [...models].sort((a, b) => (`${a.owner}/${a.name}` < `${b.owner}/${b.name}` ? -1 : 1));
  const entries = sorted.map((model) => emitModel(model, shared)).join('');
  const imports = shared.imports.size === 0 ? '' : `import type { ${[...shared.imports].sort().join(', ')} } from '@steelyard/client';\n\n`;
  const body = entries === '' ? 'export interface Models {}\n' : `export interface Models {\n${entries}}\n`;
  return `${HEADER}${imports === '' ? '\n' : imports}${body}${shared.aliases.source}`;
}

type Shared = Pick<EmitContext, 'aliases' | 'imports'>;

/** `owner/name` (which means `:stable`), every channel, every version. Channels point to their version's entry. */
function emitModel(model: CatalogModel, shared: Shared): string {
  const ref = `${model.owner}/${model.name}`;
  const versions = [...model.versions].sort((a, b) => compareVersions(a.version, b.version));
  const ready = new Set(versions.map(({ version }) => version));
  const channels = [...model.channels].filter(({ version }) => ready.has(version)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const about = [model.description, `Task: ${model.task}.`];
  const stable = channels.find(({ name }) => name === 'stable');
  const entries = stable ? [entry(ref, entryOf(`${ref}@${stable.version}`), about)] : [];
  for (const { name, version } of channels) entries.push(entry(`${ref}:${name}`, entryOf(`${ref}@${version}`)));
  const written = new Map<string, string>();
  for (const version of versions) {
    const versionRef = `${ref}@${version.version}`;
    const content = JSON.stringify([version.inputSchema, version.outputSchema]);
    const same = written.get(content);
    if (same === undefined) written.set(content, versionRef);
    entries.push(entry(versionRef, same === undefined ? emitSignature(version, versionRef, shared) : entryOf(same)));
  }
  return entries.join('');
}

function entry(ref: string, type: string, about: readonly string[] = []): string {
  return `${docComment(about, '  ')}  ${quote(ref)}: ${type};\n`;
}

function entryOf(ref: string): string {
  return `Models[${quote(ref)}]`;
}

function emitSignature(version: CatalogVersion, owner: string, shared: Shared): string {
  const typeOf = (direction: EmitContext['direction'], root: unknown) =>
    emitType(root, { context: { ...shared, direction, root, owner }, indent: '    ', depth: 0 }).text;
  return `{\n    input: ${typeOf('input', version.inputSchema)};\n    output: ${typeOf('output', version.outputSchema)};\n  }`;
}
