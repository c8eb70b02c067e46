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
    ['a.', 'ends'], ['a /b', 'ends'], ['manifest.json', 'reserved'], ['Model.yaml', 'reserved'], ['ab:c', 'not every machine'], ['COM¹.bin', 'device'], ['conin$', 'device'], ['a\u202egnp.onnx', 'invisible'], ['a\u200db', 'invisible'], ['a\ud800', 'control'], ['u\u0308.txt', 'normal form'],
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
  it('takes any list of names for a package or says what is wrong with it, and never two that are one', () => {
    const segment = fc.oneof(fc.constantFrom('..', '.', 'a', 'A', 'b', 'nul', 'con.txt', '\\', 'ß', 'SS', '\u0000', '\ud800', ' '), fc.string({ unit: 'grapheme', maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 4 }));
    const name = fc.array(segment, { maxLength: 4 }).map((segments) => segments.join('/'));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 6 }), (paths) => {
        try {
          checkPaths(paths);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'invalid', code: expect.stringMatching(/^PACKAGE\.(PATH_INVALID|PATHS_COLLIDE)$/), message: expect.stringMatching(/./), fix: expect.stringMatching(/./) });
          return;
        }
        for (const path of paths) expect(resolve('/package', path).startsWith(`/package${sep}`)).toBe(true);
        expect(new Set(paths.map((path) => path.toUpperCase())).size).toBe(paths.length);
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });

  it('lets files share folders', () => {
    expect(() => checkPaths(['a/b/c', 'a/b/d', 'a/e'])).not.toThrow();
  });

  it.each([[['a', 'a']], [['Model.onnx', 'model.onnx']], [['Weights/a', 'weights/b']], [['straße', 'STRASSE']], [['ſ', 's']], [['a', 'a/b']], [['a/b', 'a']]])('refuses %j', (paths) => {
    expect(() => checkPaths(paths)).toThrow(expect.objectContaining({ code: 'PACKAGE.PATHS_COLLIDE' }));
  });
});
