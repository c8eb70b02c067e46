import { describe, expect, it } from '@jest/globals';
import { isJunk, packageFolders, within, withoutTopFolder } from './source-file';

const files = (...paths: string[]) => paths.map((path) => ({ path }));
const pathsOf = (list: readonly { path: string }[]) => list.map(({ path }) => path);

describe('dropped files', () => {
  it('are named from within the folder that was dropped', () => {
    expect(pathsOf(withoutTopFolder(files('digits/model.yaml', 'digits/samples/a.json')))).toEqual(['model.yaml', 'samples/a.json']);
    expect(pathsOf(withoutTopFolder(files('model.yaml', 'samples/a.json')))).toEqual(['model.yaml', 'samples/a.json']);
    expect(pathsOf(withoutTopFolder(files('a/x', 'ab/y')))).toEqual(['a/x', 'ab/y']);
    expect(withoutTopFolder([])).toEqual([]);
  });

  it('have their packages where a model.yaml is, the nearest first', () => {
    expect(packageFolders(files('README.md', 'b/c/model.yaml', 'b/model.yaml', 'a/model.yaml', 'a/not-model.yaml'))).toEqual(['a', 'b', 'b/c']);
    expect(packageFolders(files('model.yaml', 'a/model.yaml'))).toEqual(['', 'a']);
    expect(packageFolders(files('Model.yaml', 'xmodel.yaml'))).toEqual([]);
  });

  it('below a folder are those of that folder alone', () => {
    expect(pathsOf(within(files('a/model.yaml', 'a/b/c', 'ab/d'), 'a'))).toEqual(['model.yaml', 'b/c']);
    expect(pathsOf(within(files('x'), ''))).toEqual(['x']);
  });

  it('leave out what tools leave behind', () => {
    expect(['.git/HEAD', 'a/.DS_Store', 'node_modules/x/y.js'].every(isJunk)).toBe(true);
    expect(['git/HEAD', 'a.DS_Store', 'samples/node_modules.json'].some(isJunk)).toBe(false);
  });
});
