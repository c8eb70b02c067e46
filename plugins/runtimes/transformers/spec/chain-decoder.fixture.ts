import { attribute, ELEMENT, graph, model, node, tensor, valueInfo } from '@steelyard/test-support/onnx-writer';

export const CONTEXT_TOKENS = 512;
/** Messages between control tokens, with a space before each text; those of the system are refused. */
export const CHAT_TEMPLATE =
  "{{ bos_token }}{% for message in messages %}{% if message.role == 'system' %}{{ raise_exception('no system messages') }}{% endif %}" +
  "{{ '<|' + message.role + '|> ' + message.content }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

const CONTROL = ['<|begin|>', '<|end|>', '<|user|>', '<|assistant|>'];
export const END = 1;
const ASSISTANT = 3;
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const SIGNS = ['!', '?', ';', ':'];
const letters = byteLetters();
const written = (text: string): string[] => [...Buffer.from(text)].map((byte) => letters.get(byte) ?? '');
/** The last two are one word of several letters, with the space before it, and what comes between on the way to it. */
const vocabulary = [...CONTROL, ...[...PRINTABLE, '\n', 'ü', '🦊'].flatMap(written), 'Ġh', 'Ġhi'];
const SIZE = vocabulary.length;
const idOf = (text: string): number => vocabulary.indexOf(written(text)[0] ?? '');

/**
 * A decoder whose next token follows from the last one alone, by a table.
 *
 * - `a` → `b` → ... → `z` → end
 * - `0` → `1` → ... → `9` → `0` and so on, without end
 * - `A` → the two bytes of ü → `B` → the four bytes of 🦊 → `C` → end
 * - `.` and the signs `!?;:` → any of these signs, all as probable
 * - `~` → no number
 *
 * It keeps its ids as a cache, and fails where mask and cache do not have the same length.
 */
export function chainDecoder({ hasCache = true, logits = 'float32' }: { readonly hasCache?: boolean; readonly logits?: 'float32' | 'float16' } = {}): Buffer {
  const cached = [
    node({ op: 'Concat', inputs: ['past_key_values.0.key', 'column'], outputs: ['present.0.key'], attributes: [attribute('axis', { int: 2 })] }),
    node({ op: 'Concat', inputs: ['past_key_values.0.value', 'column'], outputs: ['present.0.value'], attributes: [attribute('axis', { int: 2 })] }),
    node({ op: 'Reshape', inputs: ['present.0.key', 'flat'], outputs: ['read'] }),
    node({ op: 'Mul', inputs: ['read', 'mask'], outputs: ['both'] }),
  ];
  const cache = (name: string, length: string): Buffer[] => ['key', 'value'].map((part) => valueInfo(`${name}.0.${part}`, 'float32', ['batch_size', 1, length, 1]));
  return model(
    graph({
      nodes: [
        node({ op: 'Cast', inputs: ['input_ids'], outputs: ['numbers'], attributes: [attribute('to', { int: 1 })] }),
        node({ op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: [attribute('to', { int: 1 })] }),
        node({ op: 'Reshape', inputs: ['numbers', 'cell'], outputs: ['column'] }),
        ...(hasCache ? cached : [node({ op: 'Identity', inputs: ['mask'], outputs: ['both'] })]),
        node({ op: 'ReduceSum', inputs: ['both'], outputs: ['sum'], attributes: [attribute('keepdims', { int: 0 })] }),
        node({ op: 'Mul', inputs: ['sum', 'nothing'], outputs: ['zero'] }),
        node({ op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['successors'] }),
        node({ op: 'Add', inputs: ['successors', 'zero'], outputs: ['scores'] }),
        node({ op: 'Cast', inputs: ['scores'], outputs: ['logits'], attributes: [attribute('to', { int: ELEMENT[logits] })] }),
      ],
      initializers: [
        tensor({ name: 'table', element: 'float32', dims: [SIZE, SIZE], data: successors() }),
        tensor({ name: 'nothing', element: 'float32', dims: [], data: Float32Array.of(0) }),
        tensor({ name: 'cell', element: 'int64', dims: [4], data: BigInt64Array.of(1n, 1n, -1n, 1n) }),
        tensor({ name: 'flat', element: 'int64', dims: [2], data: BigInt64Array.of(1n, -1n) }),
      ],
      inputs: [
        valueInfo('input_ids', 'int64', ['batch_size', 'length']),
        valueInfo('attention_mask', 'int64', ['batch_size', 'total']),
        ...(hasCache ? cache('past_key_values', 'past') : []),
      ],
      outputs: [valueInfo('logits', logits, ['batch_size', 'length', SIZE]), ...(hasCache ? cache('present', 'total') : [])],
    }),
  );
}

export const chainConfig = {
  model_type: 'llama',
  vocab_size: SIZE,
  max_position_embeddings: CONTEXT_TOKENS,
  num_hidden_layers: 1,
  num_attention_heads: 1,
  num_key_value_heads: 1,
  hidden_size: 1,
  eos_token_id: END,
};

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
const chainTokenizer = {
  version: '1.0',
  added_tokens: CONTROL.map((content, id) => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false })),
  normalizer: null,
  pre_tokenizer: byteLevel,
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: CONTROL[0], type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [],
    special_tokens: { '<|begin|>': { id: CONTROL[0], ids: [0], tokens: [CONTROL[0]] } },
  },
  decoder: byteLevel,
  model: { type: 'BPE', vocab: Object.fromEntries(vocabulary.map((piece, id) => [piece, id])), merges: ['Ġ h', 'Ġh i'] },
};

/** The files of a package; a value replaces one, undefined leaves one out. */
export function chainFiles(changed: Readonly<Record<string, unknown>> = {}): Record<string, Buffer> {
  const all = {
    'config.json': chainConfig,
    'generation_config.json': { eos_token_id: [END] },
    'tokenizer.json': chainTokenizer,
    'tokenizer_config.json': { tokenizer_class: 'PreTrainedTokenizerFast', model_max_length: 1e30, bos_token: '<|begin|>', eos_token: '<|end|>', chat_template: CHAT_TEMPLATE },
    'onnx/model.onnx': chainDecoder(),
    ...changed,
  };
  const kept = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept.map(([name, value]) => [name, value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(JSON.stringify(value))]));
}

/** Row `last`, column `next`: how probable `next` is after `last`. */
function successors(): Float32Array {
  const rows = new Float32Array(SIZE * SIZE);
  const follow = (last: number, ...next: number[]): void => next.forEach((token) => (rows[last * SIZE + token] = 50));
  const chain = (ids: readonly number[]): void => ids.forEach((id, index) => follow(id, ids[index + 1] ?? END));
  chain([...'abcdefghijklmnopqrstuvwxyz'].map(idOf));
  [...'0123456789'].forEach((digit, index) => follow(idOf(digit), idOf(String((index + 1) % 10))));
  chain(['A', ...written('ü'), 'B', ...written('🦊'), 'C'].map((letter) => vocabulary.indexOf(letter)));
  for (const sign of ['.', ...SIGNS]) follow(idOf(sign), ...SIGNS.map(idOf));
  follow(ASSISTANT, idOf('a'));
  rows.fill(NaN, idOf('~') * SIZE, (idOf('~') + 1) * SIZE);
  return rows;
}

/** A visible letter for each byte, as GPT-2 has them. */
function byteLetters(): Map<number, string> {
  const isVisible = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte < 173) || byte > 173;
  let hidden = 0;
  return new Map(Array.from({ length: 256 }, (_, byte) => [byte, String.fromCharCode(isVisible(byte) ? byte : 256 + hidden++)]));
}
