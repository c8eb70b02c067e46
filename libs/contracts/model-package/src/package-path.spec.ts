import fc from 'fast-check';
import { resolve, sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkPaths, pathProblem } from './package-path.js';

describe('pathProblem', () => {
  it.each(['model.onnx', 'weights/a-b_c.bin', 'samples/seven.png', 'a/b/c/d.json', '..a', 'ünïcode.txt', '.hidden'])('accepts %s', (path) => {
    expect(pathProblem(path)).toBeUndefined();
  });

  it.each([
    ['../up', '..'], ['a/../../up', '..'], ['/etc/passwd', 'absolute'], ['a\\b', 'backslash'], ['C:/x', 'drive'], ['c:x', 'drive'], ['a\0b', 'control'], ['a\nb', 'control'],
    ['a//b', 'empty'], ['./a', 'empty'], ['a/', 'empty'], ['', 'empty'], ['x'.repeat(201), 'longer'], ['a/'.repeat(20) + 'b', 'deeper'], ['nul', 'device'], ['a/CON.txt', 'device'],
    ['a.', 'ends'], ['a /b', 'ends'], ['manifest.json', 'reserved'], ['Model.yaml', 'reserved'], ['ab:c', 'not every machine'], ['u\u0308.txt', 'normal form'],
  ])('refuses %j', (path, why) => {
    expect(pathProblem(path)).toContain(why);
  });

  it('accepts nothing that leads outside', () => {
    const piece = fc.constantFrom('..', '.', '', 'a', 'b', '...', ' ', '\\', 'C:', '~');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = pieces.join('/');
        if (pathProblem(path) === undefined) expect(resolve('/package', path).startsWith(`/package${sep}`)).toBe(true);
      }),
    );
  });
});

describe('checkPaths', () => {
  it('lets files share folders', () => {
    expect(() => checkPaths(['a/b/c', 'a/b/d', 'a/e'])).not.toThrow();
  });

  it.each([[['a', 'a']], [['Model.onnx', 'model.onnx']], [['Weights/a', 'weights/b']], [['a', 'a/b']], [['a/b', 'a']]])('refuses %j', (paths) => {
    expect(() => checkPaths(paths)).toThrow(expect.objectContaining({ code: 'PACKAGE.PATHS_COLLIDE' }));
  });
});
