import { attribute, graph, model, node, tensor, valueInfo } from '@steelyard/test-support/onnx-writer';

const VOCABULARY = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'good', 'bad', 'film', 'lost'] as const;
/** The state of each piece; `lost` has none, so that a text with it fails in the model. */
export const STATES: Readonly<Record<string, readonly [number, number]>> = {
  '[PAD]': [64, 64],
  '[UNK]': [0, 0],
  '[CLS]': [0.25, 0.25],
  '[SEP]': [0, 0],
  good: [-1, 2],
  bad: [3, -0.5],
  film: [0.5, 0.5],
};
export const POSITIONS = 8;

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const long = (name: string, ...data: number[]): Buffer => tensor({ name, element: 'int64', dims: [data.length], data: BigInt64Array.from(data, BigInt) });

/**
 * An encoder in miniature: a token's state is a row of a table, the logits are the sum of the states that the mask
 * leaves. Padding has a large state, so that a mask which is not heeded shows.
 */
export const encoder = (extra: readonly Buffer[] = []): Buffer =>
  model(
    graph({
      nodes: [
        node({ op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['last_hidden_state'] }),
        node({ op: 'Cast', inputs: ['attention_mask'], outputs: ['weights'], attributes: [attribute('to', { int: 1 })] }),
        node({ op: 'Unsqueeze', inputs: ['weights', 'last'], outputs: ['columns'] }),
        node({ op: 'Mul', inputs: ['last_hidden_state', 'columns'], outputs: ['masked'] }),
        node({ op: 'ReduceSum', inputs: ['masked', 'second'], outputs: ['logits'], attributes: [attribute('keepdims', { int: 0 })] }),
      ],
      initializers: [
        tensor({ name: 'table', element: 'float32', dims: [Object.keys(STATES).length, 2], data: Float32Array.from(Object.values(STATES).flat()) }),
        long('last', 2),
        long('second', 1),
        ...extra,
      ],
      inputs: [valueInfo('input_ids', 'int64', ['n', 'length']), valueInfo('attention_mask', 'int64', ['n', 'length'])],
      outputs: [valueInfo('logits', 'float32', ['n', 2]), valueInfo('last_hidden_state', 'float32', ['n', 'length', 2])],
    }),
  );

export const config = { model_type: 'bert', max_position_embeddings: POSITIONS, id2label: { 0: 'negative', 1: 'positive' } };

const tokenizer = {
  version: '1.0',
  added_tokens: VOCABULARY.slice(0, 4).map((content, id) => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false })),
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(VOCABULARY.map((piece, id) => [piece, id])),
  },
};

/** The files of a package; a value replaces one. */
export const files = (changed: Readonly<Record<string, unknown>> = {}): Record<string, Buffer> => {
  const all = {
    'config.json': config,
    'tokenizer.json': tokenizer,
    'tokenizer_config.json': { tokenizer_class: 'BertTokenizer', model_max_length: POSITIONS, pad_token: '[PAD]', unk_token: '[UNK]', cls_token: '[CLS]', sep_token: '[SEP]' },
    'onnx/model.onnx': encoder(),
    ...changed,
  };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, value instanceof Uint8Array ? Buffer.from(value) : json(value)]));
};
