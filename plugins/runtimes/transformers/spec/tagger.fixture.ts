import { graph, model, node, tensor, valueInfo } from '@steelyard/test-support/onnx-writer';
import { files } from './packages.fixture.js';

export const TAGGER_POSITIONS = 8;
const LABELS = ['O', 'B-PLACE', 'I-PLACE', 'B-PERSON', 'I-PERSON'] as const;
type Label = (typeof LABELS)[number];

/** The label that each piece gets, wherever it stands. */
const PIECES: Readonly<Record<string, Label>> = {
  '[PAD]': 'I-PLACE',
  '[UNK]': 'B-PERSON',
  '[CLS]': 'O',
  '[SEP]': 'O',
  new: 'B-PLACE',
  york: 'I-PLACE',
  '##ers': 'B-PERSON',
  cafe: 'B-PLACE',
  ada: 'B-PERSON',
  and: 'O',
  ',': 'O',
  zoe: 'I-PERSON',
};
const vocabulary = Object.keys(PIECES);
/** What the model gives for the label of a piece; for the others it gives 0. */
const LOGIT = 3;
/** Summed in the order of the labels, as a softmax does. */
const scoreOf = (judged: Label): number => 1 / LABELS.reduce((sum, label) => sum + (label === judged ? 1 : Math.exp(-LOGIT)), 0);
/** Of a person of one word. */
export const SCORE = scoreOf('B-PERSON');
/** Of a place of two words. */
export const PLACE_SCORE = (scoreOf('B-PLACE') + scoreOf('I-PLACE')) / 2;

const table = Float32Array.from(vocabulary.flatMap((piece) => LABELS.map((label) => (label === PIECES[piece] ? LOGIT : 0))));

/** A tagger in miniature: a token's logits are a row of a table. */
const tagger = (): Buffer =>
  model(
    graph({
      nodes: [node({ op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['logits'] }), node({ op: 'Identity', inputs: ['attention_mask'], outputs: ['heeded'] })],
      initializers: [tensor({ name: 'table', element: 'float32', dims: [vocabulary.length, LABELS.length], data: table })],
      inputs: [valueInfo('input_ids', 'int64', ['n', 'length']), valueInfo('attention_mask', 'int64', ['n', 'length'])],
      outputs: [valueInfo('logits', 'float32', ['n', 'length', LABELS.length]), valueInfo('heeded', 'int64', ['n', 'length'])],
    }),
  );

/** The files of a package for token-classification; a value replaces one. */
export const taggerFiles = (changed: Readonly<Record<string, unknown>> = {}): Record<string, Buffer> => {
  const tokenizer = JSON.parse(files()['tokenizer.json']!.toString()) as { model: object };
  return files({
    'config.json': { model_type: 'bert', max_position_embeddings: TAGGER_POSITIONS, id2label: { ...LABELS } },
    'tokenizer.json': { ...tokenizer, model: { ...tokenizer.model, vocab: Object.fromEntries(vocabulary.map((piece, id) => [piece, id])) } },
    'onnx/model.onnx': tagger(),
    ...changed,
  });
};
