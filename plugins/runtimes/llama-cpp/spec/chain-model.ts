import { writeGguf } from './gguf-writer.js';
import type { Entry, GgufTensor } from './gguf-writer.js';

/**
 * A model whose next token follows from the last one alone, by a table, whatever the processor: embeddings are unit vectors,
 * attention and feed-forward add nothing, and the output matrix is the table.
 *
 * - `a` → `b` → ... → `z` → end
 * - `0` → `1` → ... → `9` → `0` and so on, without end
 * - `A` → the two bytes of ü → `B` → the four bytes of 🦊 → `C` → end
 * - `.` and the signs `!?;:` → any of these signs, all as probable
 * - every other character → any token, all as probable
 */
export function chainModel({ chatTemplate, entries = [] }: { chatTemplate?: string; entries?: readonly Entry[] } = {}): Buffer {
  return writeGguf([...metadata(), ...(chatTemplate === undefined ? [] : [['tokenizer.chat_template', 'string', chatTemplate] as const]), ...entries], tensors());
}

export const CONTEXT_TOKENS = 512;
/** `user` and `assistant` turns between control tokens; `{{ ... }}` of a system message is refused. */
export const CHAT_TEMPLATE =
  "{{ bos_token }}{% for message in messages %}{% if message.role == 'system' %}{{ raise_exception('no system messages') }}{% endif %}" +
  "{{ '<|' + message.role + '|>' + message.content }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

const CONTROL = ['<|begin|>', '<|end|>', '<|user|>', '<|assistant|>'];
const END = 1;
const ASSISTANT = 3;
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const SIGNS = ['!', '?', ';', ':'];
const WIDTH = 128;
const HEADS = 4;
const INNER = 32;

const letters = byteLetters();
const written = (text: string): string[] => [...Buffer.from(text)].map((byte) => letters.get(byte) ?? '');
const vocabulary = [...CONTROL, ...[...PRINTABLE, '\n', 'ü', '🦊'].flatMap(written)];
const idOf = (text: string): number => vocabulary.indexOf(written(text)[0] ?? '');
const tokens = [...vocabulary, ...Array.from({ length: WIDTH - vocabulary.length }, (_, index) => `<unused${index}>`)];

function metadata(): Entry[] {
  return [
    ['general.architecture', 'string', 'llama'],
    ['general.name', 'string', 'chain'],
    ['llama.vocab_size', 'uint32', WIDTH],
    ['llama.context_length', 'uint32', CONTEXT_TOKENS],
    ['llama.embedding_length', 'uint32', WIDTH],
    ['llama.block_count', 'uint32', 1],
    ['llama.feed_forward_length', 'uint32', INNER],
    ['llama.attention.head_count', 'uint32', HEADS],
    ['llama.attention.head_count_kv', 'uint32', 1],
    ['llama.attention.layer_norm_rms_epsilon', 'float32', 1e-5],
    ['llama.rope.dimension_count', 'uint32', WIDTH / HEADS],
    ['tokenizer.ggml.model', 'string', 'gpt2'],
    ['tokenizer.ggml.pre', 'string', 'gpt-2'],
    ['tokenizer.ggml.tokens', 'strings', tokens],
    // 3: control, 1: normal.
    ['tokenizer.ggml.token_type', 'int32s', tokens.map((token) => (token.startsWith('<') && token.length > 1 ? 3 : 1))],
    ['tokenizer.ggml.merges', 'strings', []],
    ['tokenizer.ggml.bos_token_id', 'uint32', 0],
    ['tokenizer.ggml.eos_token_id', 'uint32', END],
    ['tokenizer.ggml.add_bos_token', 'bool', true],
  ];
}

function tensors(): GgufTensor[] {
  const unit = new Float32Array(WIDTH * WIDTH);
  for (let index = 0; index < WIDTH; index++) unit[index * WIDTH + index] = 1;
  const ones = new Float32Array(WIDTH).fill(1);
  const zeros = (name: string, ...dimensions: [number, number]): GgufTensor => ({ name, dimensions, data: new Float32Array(dimensions[0] * dimensions[1]) });
  const vector = (name: string): GgufTensor => ({ name, dimensions: [WIDTH], data: ones });
  return [
    { name: 'token_embd.weight', dimensions: [WIDTH, WIDTH], data: unit },
    { name: 'output.weight', dimensions: [WIDTH, WIDTH], data: successors() },
    vector('output_norm.weight'),
    vector('blk.0.attn_norm.weight'),
    vector('blk.0.ffn_norm.weight'),
    zeros('blk.0.attn_q.weight', WIDTH, WIDTH),
    zeros('blk.0.attn_k.weight', WIDTH, WIDTH / HEADS),
    zeros('blk.0.attn_v.weight', WIDTH, WIDTH / HEADS),
    zeros('blk.0.attn_output.weight', WIDTH, WIDTH),
    zeros('blk.0.ffn_gate.weight', WIDTH, INNER),
    zeros('blk.0.ffn_up.weight', WIDTH, INNER),
    zeros('blk.0.ffn_down.weight', INNER, WIDTH),
  ];
}

/** Row `next`, column `last`: how probable `next` is after `last`. The norm makes a unit vector √128 long. */
function successors(): Float32Array {
  const rows = new Float32Array(WIDTH * WIDTH);
  const follow = (last: number, ...next: number[]): void => next.forEach((token) => (rows[token * WIDTH + last] = 5));
  const chain = (ids: readonly number[]): void => ids.forEach((id, index) => follow(id, ids[index + 1] ?? END));
  chain([...'abcdefghijklmnopqrstuvwxyz'].map(idOf));
  [...'0123456789'].forEach((digit, index) => follow(idOf(digit), idOf(String((index + 1) % 10))));
  chain(['A', ...written('ü'), 'B', ...written('🦊'), 'C'].map((letter) => vocabulary.indexOf(letter)));
  for (const sign of ['.', ...SIGNS]) follow(idOf(sign), ...SIGNS.map(idOf));
  follow(ASSISTANT, idOf('a'));
  return rows;
}

/** A visible letter for each byte, as GPT-2 has them. */
function byteLetters(): Map<number, string> {
  const isVisible = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte < 173) || byte > 173;
  let hidden = 0;
  return new Map(Array.from({ length: 256 }, (_, byte) => [byte, String.fromCharCode(isVisible(byte) ? byte : 256 + hidden++)]));
}
