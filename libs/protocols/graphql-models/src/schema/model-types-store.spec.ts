import { expect, it } from '@jest/globals';
import type { StableVersion } from '@steelyard/domain-catalog';
import { normaliseManifest } from '@steelyard/model-package';
import { ModelTypesStore } from './model-types-store.js';
import { printModels } from './print-schema.js';
import { WholeSchemas } from './whole-schemas.js';

const stable = (name: string, version = '1.0.0', owner = 'acme'): StableVersion => ({ ownerId: owner, owner, name, versionId: `${owner} ${name} ${version}`, version, digest: `${name} ${version}` });

/** A catalog of these versions, which tells whose manifests were read. */
function open(versions: StableVersion[]) {
  const read: string[] = [];
  const manifestOf = ({ name, version }: StableVersion) => normaliseManifest({ schema: 1, name, version, license: 'MIT', task: 'custom', runtime: { name: 'echo', range: '*' }, input: { type: 'object', properties: { [`of_${version.replaceAll('.', '_')}`]: {} } }, output: { type: 'object' } }).manifest;
  const store = new ModelTypesStore({
    stableVersions: async () => versions,
    manifestsOf: async (wanted) => {
      read.push(...wanted.map(({ versionId }) => versionId));
      return new Map(wanted.map((version) => [version.versionId, manifestOf(version)]));
    },
    resolve: () => Promise.reject(new TypeError('nothing is resolved here')),
  });
  return { store, read, versions };
}

it('builds the types of a new version alone', async () => {
  const { store, read, versions } = open(['a', 'b', 'c'].map((name) => stable(name)));
  const before = await store.list({}, undefined);
  versions[1] = stable('b', '1.1.0');
  const after = await store.list({}, undefined);
  expect(read).toEqual(['acme a 1.0.0', 'acme b 1.0.0', 'acme c 1.0.0', 'acme b 1.1.0']);
  expect(after.map((types, index) => types === before[index])).toEqual([true, false, true]);
  expect(printModels(after)).toContain('of_1_1_0');
});

it('keeps the same content of two owners apart', async () => {
  const { store } = open([stable('a'), stable('a', '1.0.0', 'clinic')]);
  expect((await store.list({}, undefined)).map(({ field }) => field)).toEqual(['acme__a', 'clinic__a']);
});

it('puts a whole schema together anew only when a model has another version, or there is another model', async () => {
  const { store, versions } = open([stable('a'), stable('b')]);
  const whole = new WholeSchemas(store);
  const first = await whole.find({}, undefined);
  expect(await whole.find({}, undefined)).toBe(first);
  versions.pop();
  const second = await whole.find({}, undefined);
  expect(second).not.toBe(first);
  expect(second.schema.getMutationType()!.getFields()).not.toHaveProperty('acme__b');
});
