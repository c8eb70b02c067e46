import { expect, it } from '@jest/globals';
import { neededFiles, samplePaths } from './plan-package';

const seven = { path: 'samples/seven.json', text: '{"input": {"image": {"$file": "samples/seven.png"}, "more": [{"$file": "samples/more.bin"}]}, "expected": {}}' };

it('a package needs its artifacts, its card, its samples and what they name, each once', () => {
  const manifest = { artifacts: [{ path: 'model.onnx' }, { path: 'weights/a.bin' }], card: 'docs/card.md' };
  expect(neededFiles(manifest, [seven, { ...seven, path: 'samples/again.json' }])).toEqual([
    { path: 'docs/card.md', namedBy: 'card' },
    { path: 'model.onnx', namedBy: 'artifacts' },
    { path: 'samples/again.json', namedBy: 'samples/' },
    { path: 'samples/more.bin', namedBy: 'samples/seven.json' },
    { path: 'samples/seven.json', namedBy: 'samples/' },
    { path: 'samples/seven.png', namedBy: 'samples/seven.json' },
    { path: 'weights/a.bin', namedBy: 'artifacts' },
  ]);
});

it('the card is README.md where the manifest names none, and a broken sample names nothing', () => {
  expect(neededFiles({}, [{ path: 'samples/x.json', text: '{' }])).toEqual([
    { path: 'README.md', namedBy: 'card' },
    { path: 'samples/x.json', namedBy: 'samples/' },
  ]);
});

it('samples are the JSON files right in samples/', () => {
  expect(samplePaths(['samples/b.json', 'samples/a.json', 'samples/x/c.json', 'samples/a.png', 'a.json'])).toEqual(['samples/a.json', 'samples/b.json']);
});
