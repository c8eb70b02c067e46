import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DTYPES } from '@steelyard/wire';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { manifestSchema } from './manifest-schema.js';
import { manifestProblems, normaliseManifest, readManifest } from './read-manifest.js';
import { TENSOR_DTYPES } from '../schema/tensor-keyword.js';

const DIGITS = `schema: 1
name: digits
version: 1.0.0
license: Apache-2.0
task: image-classification
description: Handwritten digits
runtime: { name: onnx, range: ^0.1.0 }
artifacts:
  - path: model.onnx
pre:
  - { op: decode, input: image, color: gray }
  - { op: resize, input: image, width: 28, height: 28 }
  - { op: invert, input: image }
  - { op: normalize, input: image, tensor: pixels }
post:
  - { op: softmax, tensor: logits }
  - { op: labels, tensor: logits, labels: ["0", "1"] }
price: { unit: request, amount: "0.0002", currency: usd }
`;

function problemsOf(text: string): { at: string; message: string }[] {
  try {
    readManifest(text);
  } catch (error) {
    return manifestProblems(error).map(({ line, column, path, message }) => ({ at: `${line}:${column} ${path}`, message }));
  }
  return [];
}

const edit = (from: string, to: string): string => {
  expect(DIGITS).toContain(from);
  return DIGITS.replace(from, to);
};

describe('the schema of manifests', () => {
  it('is a JSON Schema, which no process checks again', () => {
    const ajv = new Ajv2020({ strict: false });
    expect(ajv.validateSchema(manifestSchema)).toBe(true);
    expect(ajv.errors ?? []).toEqual([]);
    expect(new Ajv2020({ strict: false, logger: false }).validateSchema({ ...manifestSchema, type: 7 })).toBe(false);
  });
});

describe('readManifest', () => {
  it('fills in every default', () => {
    const { manifest, price } = readManifest(DIGITS);
    expect(price).toEqual({ currency: 'usd', components: [{ unit: 'request', amountNano: 200_000n, per: 1n }], free: undefined });
    expect(manifest).toMatchObject({
      card: 'README.md',
      runtime: { options: {} },
      batching: { maxSize: 32, maxDelayMs: 0 },
      resources: { gpu: 'prefer', memoryMb: 512 },
      limits: { loadMs: 30_000, runMs: 10_000 },
      input: { required: ['image'] },
      output: { required: ['label', 'score', 'scores'] },
    });
    expect(manifest.pre).toEqual([
      { op: 'decode', input: 'image', color: 'gray' },
      { op: 'resize', input: 'image', width: 28, height: 28, fit: 'contain', background: 'auto' },
      { op: 'invert', input: 'image', when: 'auto' },
      { op: 'normalize', input: 'image', tensor: 'pixels', layout: 'CHW', scale: 255, mean: [0], std: [1] },
    ]);
    expect(manifest).not.toHaveProperty('price');
    expect(manifest).not.toHaveProperty('samples');
  });

  it('takes a price of any form', () => {
    const priceOf = (text: string) => readManifest(edit('{ unit: request, amount: "0.0002", currency: usd }', text)).price;
    expect(priceOf('free')).toEqual({ currency: 'usd', components: [{ unit: 'request', amountNano: 0n, per: 1n }] });
    expect(priceOf('{ unit: image, amount: "0.60", currency: eur, per: 1000, free: { unit: request, quantity: 100 } }')).toEqual({
      currency: 'eur',
      components: [{ unit: 'image', amountNano: 600_000_000n, per: 1_000n }],
      free: { unit: 'request', quantity: 100n },
    });
    expect(priceOf('{ currency: usd, components: [{ unit: image, amount: "1" }, { unit: compute_second, amount: "0.01" }] }')?.components).toHaveLength(2);
  });

  it('reports what is wrong with a price beside what is wrong elsewhere', () => {
    const text = edit('0.0002', '-1').replace('name: digits', 'name: Digits!');
    expect(problemsOf(text).map(({ at }) => at)).toEqual(['2:7 name', '18:33 price.amount']);
  });

  it('is the same from JSON and when its own result is read again', () => {
    const { manifest } = readManifest(DIGITS);
    expect(normaliseManifest(manifest)).toEqual({ manifest, price: undefined, source: manifest });
  });

  it('reports all problems at once, each at its line', () => {
    const text = DIGITS.replace('name: digits', 'name: Digits!')
      .replace('version: 1.0.0', 'version: 1.0')
      .replace('license: Apache-2.0\n', 'license: "see file"\n')
      .replace('color: gray', 'colour: gray')
      .replace('op: invert', 'op: flip')
      .replace('width: 28', 'width: 0')
      .replace('usd', 'USD');
    expect(problemsOf(text)).toEqual([
      { at: '2:7 name', message: expect.stringContaining('right form') },
      { at: '3:10 version', message: 'must be string' },
      { at: '4:10 license', message: expect.stringContaining('right form') },
      { at: '11:33 pre[0].colour', message: 'is not known here' },
      { at: '12:40 pre[1].width', message: 'must be >= 1' },
      { at: '13:11 pre[2].op', message: 'is not an op that is known here: "flip"' },
      { at: '18:53 price.currency', message: 'must be in lower case: usd' },
    ]);
  });

  it.each([
    ['an unknown key', edit('task:', 'colour: red\ntask:'), '5:1 colour', 'is not known here'],
    ['a key twice', edit('task:', 'name: other\ntask:'), '5:1 ', 'the key "name" is written twice'],
    ['broken YAML', edit('name: digits', 'name: [digits'), expect.stringMatching(/^\d+:\d+ $/) as unknown as string, expect.anything() as unknown as string],
    ['a missing key', edit('license: Apache-2.0\n', ''), '1:1 license', 'is missing'],
    ['an unknown task', edit('image-classification', 'magic'), '5:7 task', 'must be one of "image-classification", "object-detection", "image-segmentation", "ocr", "text-classification", "token-classification", "text-embedding", "text-generation", "audio-classification", "voice-activity-detection", "tabular-classification", "time-series-forecasting", "custom"'],
    ['a range that is none', edit('^0.1.0', 'newest'), '7:31 runtime.range', 'must be a version range, e.g. ^0.1.0'],
    ['a path that leaves', edit('model.onnx', '../model.onnx'), '9:11 artifacts[0].path', 'the path "../model.onnx" is refused: it leaves the package (..)'],
    ['an absolute path', edit('model.onnx', '/etc/passwd'), '9:11 artifacts[0].path', 'the path "/etc/passwd" is refused: it is absolute'],
    ['decode of a field that is not there', edit('decode, input: image', 'decode, input: picture'), '11:26 pre[0].input', 'the input schema has no field "picture"'],
    ['the third mean of one channel', edit('tensor: pixels', 'tensor: pixels, mean: [0, 1, 2]'), '14:52 pre[3].mean', 'must hold one number or 1, one for each channel; it holds 3'],
    ['a label twice', edit('"1"]', '"0"]'), '17:49 post[1].labels[1]', 'the label "0" is named twice'],
    ['a price without an amount', edit('{ unit: request, amount: "0.0002", currency: usd }', '{ unit: request, currency: usd }'), '18:1 price.amount', 'is missing'],
    ['a price of another word', edit('{ unit: request, amount: "0.0002", currency: usd }', 'nothing'), '18:8 price', 'must be "free"'],
    ['an amount that is a number', edit('"0.0002"', '0.0002'), '18:33 price.amount', 'must be string'],
    ['a unit that the task does not offer', edit('unit: request', 'unit: output_token'), '18:16 price.unit', '"output_token" cannot be counted of a call of the task image-classification: use request, compute_second, megabyte, image'],
    ['a component twice', edit('{ unit: request, amount: "0.0002", currency: usd }', '\n  currency: usd\n  components:\n    - { unit: image, amount: "1" }\n    - { unit: image, amount: "2", per: 0 }'), '22:15 price.components[1].unit', 'image is named twice'],
    ['no input where the task gives none', edit('image-classification', 'custom'), '1:1 input', 'is missing: the task custom gives no default input'],
  ])('refuses %s', (_what, text, at, message) => {
    expect(problemsOf(text)).toContainEqual({ at, message });
  });

  it('checks columns against the input schema', () => {
    const text = `schema: 1
name: patients
version: 1.0.0
license: Apache-2.0
task: tabular-classification
runtime: { name: onnx, range: "*" }
input:
  type: object
  properties:
    radius: { type: number }
    name: { type: string }
pre:
  - op: columns
    tensor: x
    columns: [radius, name, area, radius]
`;
    expect(problemsOf(text)).toEqual([
      { at: '15:23 pre[0].columns[1]', message: 'the field "name" is not numeric: it needs type: number' },
      { at: '15:29 pre[0].columns[2]', message: 'the input schema has no field "area"' },
      { at: '15:35 pre[0].columns[3]', message: 'the field "radius" is named twice' },
    ]);
  });

  it('checks that answers about an image have one', () => {
    const post = (ops: string) => problemsOf(`schema: 1
name: eyes
version: 1.0.0
license: MIT
task: object-detection
runtime: { name: tfjs, range: "*" }
pre: [ { op: decode, input: image } ]
post:
${ops}`);
    expect(post('  - { op: detections, tensor: d, input: image, labels: [cat] }\n  - { op: mask, tensor: m, input: image }\n')).toEqual([]);
    expect(post('  - { op: detections, tensor: d, input: photo, labels: [cat, cat] }\n  - { op: softmax, tensor: d }\n  - { op: mask, tensor: m, input: image }\n  - { op: mask, tensor: m, input: image }\n')).toEqual([
      { at: '9:41 post[0].input', message: 'no image is decoded from "photo"' },
      { at: '9:62 post[0].labels[1]', message: 'the label "cat" is named twice' },
      { at: '10:11 post[1].op', message: 'comes after detections, which needs the probabilities' },
      { at: '12:11 post[3].op', message: 'mask may be given once' },
    ]);
    expect(post('  - { op: detections, tensor: d, input: image, labels: [cat], scoreThreshold: 2 }\n')[0]?.message).toMatch(/<= 1/);
    expect(post('  - { op: detections, tensor: d, input: image, labels: [face], keypoints: [nose, face] }\n')).toEqual([]);
    expect(post('  - { op: detections, tensor: d, input: image, labels: [face], keypoints: [nose, ear, nose] }\n')).toEqual([
      { at: '9:87 post[0].keypoints[2]', message: 'the keypoint "nose" is named twice' },
    ]);
  });

  it('checks that recordings and series are there to be read', () => {
    const listening = (pre: string, post = '') => problemsOf(`schema: 1
name: ears
version: 1.0.0
license: MIT
task: custom
runtime: { name: onnx, range: "*" }
output: { type: object }
input: { type: object, properties: { audio: { type: string, contentMediaType: audio/wav }, name: { type: string }, past: { type: array, items: { type: number } }, notes: { type: array } } }
pre:
${pre}post:
${post}`);
    expect(listening(
      '  - { op: audio, input: audio, tensor: x, frame: 512 }\n  - { op: series, input: past, tensor: y, length: 24 }\n',
      '  - { op: segments, tensor: p, input: audio, stepSeconds: 0.032 }\n  - { op: numbers, tensor: f, field: f }\n  - { op: numbers, tensor: g, field: g }\n',
    )).toEqual([]);
    expect(listening(
      '  - { op: audio, input: voice, tensor: x }\n  - { op: audio, input: name, tensor: x, seconds: 0.01, frame: 161 }\n  - { op: series, input: notes, tensor: s, length: 2 }\n  - { op: series, input: old, tensor: o, length: 2 }\n',
      '  - { op: segments, tensor: p, input: audio, stepSeconds: 1, threshold: 0.3 }\n  - { op: numbers, tensor: f, field: f }\n  - { op: numbers, tensor: g, field: f }\n',
    ).map(({ at, message }) => `${at} ${message}`)).toEqual([
      '10:25 pre[0].input the input schema has no field "voice"',
      '11:25 pre[1].input the field "name" is no media: it needs contentMediaType: audio/wav',
      '11:39 pre[1].tensor the tensor "x" is made by an earlier op',
      '11:51 pre[1].seconds are fewer than the 161 samples of a frame',
      '12:26 pre[2].input the field "notes" is no list of numbers: it needs type: array, items: { type: number }',
      '13:26 pre[3].input the input schema has no field "old"',
      '15:5 post[0].thresholdEnd must be at most threshold, which is 0.3',
      '15:39 post[0].input no recording is read from "audio"',
      '17:38 post[2].field the field "f" is made by an earlier op',
    ]);
  });

  it('checks that a text is one, and that the files of ops are artifacts', () => {
    const pre = (ops: string, fields = 'text: { type: string }') => problemsOf(`schema: 1
name: words
version: 1.0.0
license: MIT
task: custom
runtime: { name: onnx, range: "*" }
artifacts: [ { path: model.onnx }, { path: words.txt } ]
input: { type: object, properties: { ${fields} } }
output: { type: object }
pre:
${ops}`);
    expect(pre('  - { op: words, input: text, vocabulary: words.txt, tensor: ids, maxLength: 8 }\n')).toEqual([]);
    expect(pre('  - { op: words, input: title, vocabulary: list.txt, tensor: ids, maxLength: 8 }\n')).toEqual([
      { at: '11:25 pre[0].input', message: 'the input schema has no field "title"' },
      { at: '11:44 pre[0].vocabulary', message: 'the package has no artifact "list.txt"' },
    ]);
    expect(pre('  - { op: sentencepiece, input: text, vocabulary: words.txt, tensor: ids, indices: ids, maxLength: 8 }\n', 'text: { type: number }')).toEqual([
      { at: '11:33 pre[0].input', message: 'the field "text" is no text: it needs type: string' },
      { at: '11:84 pre[0].indices', message: 'the tensor "ids" is made by an earlier op' },
    ]);
    expect(pre('  - { op: words, input: text, vocabulary: words.txt, tensor: ids, maxLength: 0 }\n')[0]?.message).toMatch(/>= 1/);
    expect(pre('  - { op: words, input: text, vocabulary: words.txt, tensor: ids, maxLength: 8 }\npost:\n  - { op: numbers, tensor: a, field: x }\n  - { op: numbers, tensor: b, field: x }\n')).toEqual([
      { at: '14:38 post[1].field', message: 'the field "x" is made by an earlier op' },
    ]);
  });

  it('refuses schemas that could use the gateway without bound', () => {
    const text = `schema: 1
name: odd
version: 1.0.0
license: MIT
task: custom
runtime: { name: echo, range: "*" }
output: { type: object }
input:
  type: object
  properties:
    a: { type: string, pattern: "(a+)+$" }
    b: { $ref: "#/$defs/loop" }
    c: { $ref: "https://example.org/schema" }
    d: { type: array, uniqueItems: true }
    e: { x-tensor: { dtype: float31, shape: [2] } }
  $defs:
    loop: { items: { $ref: "#/$defs/loop" } }
`;
    expect(problemsOf(text).map(({ at }) => at)).toEqual([
      '11:33 input.properties.a.pattern', '13:16 input.properties.c.$ref', '14:36 input.properties.d.uniqueItems',
      '15:10 input.properties.e.x-tensor', '17:28 input.$defs.loop.items.$ref',
    ]);
  });

  it('does not expand aliases without bound', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]!}`).join(',')}]`).join('\n')}\n`;
    expect(problemsOf(bomb)[0]?.message).toMatch(/alias/i);
  });

  it('refuses in time what is made to be slow, or deep enough to end the process', () => {
    const long = 40_000;
    const texts = ['['.repeat(long), '['.repeat(long) + ']'.repeat(long), '- '.repeat(long), '{a: '.repeat(long), Array.from({ length: 20_000 }, (_item, index) => `key${index}: 1`).join('\n'), '"' + '\\x'.repeat(long), 'a: 1\n'.repeat(long), 'a'.repeat(300_000)];
    for (const text of texts) {
      const started = performance.now();
      const problems = problemsOf(text);
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.length).toBeLessThanOrEqual(50);
      expect(performance.now() - started).toBeLessThan(5_000);
    }
    expect(problemsOf(texts[1]!)).toEqual([{ at: '1:1 ', message: 'is nested too deep' }]);
  });

  it('does not let a key change what objects inherit', () => {
    const json: unknown = JSON.parse('{"schema":1,"name":"a","version":"1.0.0","license":"MIT","task":"image-classification","runtime":{"name":"echo","range":"*","options":{"__proto__":{"polluted":true}}}}');
    const { manifest } = normaliseManifest(json);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(manifest.runtime.options.polluted).toBeUndefined();
  });
});

describe('the published schema', () => {
  it('is the one that the reader validates with (after a change: build, then node schema/write.mjs)', () => {
    const published: unknown = JSON.parse(readFileSync(new URL('../../schema/model.schema.json', import.meta.url), 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(manifestSchema)));
  });

  it('knows the element types of the wire', () => {
    expect([...TENSOR_DTYPES].sort()).toEqual([...DTYPES].sort());
  });
});
