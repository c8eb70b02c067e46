/**
 * node evaluate.mjs trained/test.json <folder of a package> [dtype] [how many of the reviews]
 *
 * Judges the test reviews with the shipped files, through the tokenizer and the runtime that users get, and prints the
 * figures of the card. Full precision: put trained/model.onnx as onnx/model.onnx into a copy of the package, dtype fp32.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AutoModelForSequenceClassification, AutoTokenizer, env, Tensor } from '@huggingface/transformers';

const BATCH = 8;
const [testFile, folder, dtype = 'q8', count] = process.argv.slice(2);
env.allowRemoteModels = false;
const options = { local_files_only: true, device: 'cpu', dtype, session_options: { intraOpNumThreads: 1 } };
const tokenizer = await AutoTokenizer.from_pretrained(resolve(folder), options);
const model = await AutoModelForSequenceClassification.from_pretrained(resolve(folder), options);
const lengthMax = tokenizer.model_max_length;

const reviews = JSON.parse(readFileSync(testFile, 'utf8')).slice(0, count && Number(count)).map(({ text, label }) => {
  const ids = tokenizer.encode(text);
  return { label, tokens: ids.length, ids: ids.length > lengthMax ? [...ids.slice(0, lengthMax - 1), ids.at(-1)] : ids };
});
reviews.sort((a, b) => a.ids.length - b.ids.length);
for (let start = 0; start < reviews.length; start += BATCH) {
  const batch = reviews.slice(start, start + BATCH);
  const length = Math.max(...batch.map(({ ids }) => ids.length));
  const flat = (valueAt) => new Tensor('int64', BigInt64Array.from(batch.flatMap(({ ids }) => Array.from({ length }, (_, at) => valueAt(ids, at)))), [batch.length, length]);
  const { logits } = await model({ input_ids: flat((ids, at) => BigInt(ids[at] ?? 0)), attention_mask: flat((ids, at) => (at < ids.length ? 1n : 0n)) });
  for (const [row, review] of batch.entries()) review.positive = 1 / (1 + Math.exp(logits.data[row * 2] - logits.data[row * 2 + 1]));
}

function score(members) {
  const right = members.filter(({ positive, label }) => positive > 0.5 === (label === 1)).length;
  const n = members.length;
  const share = right / n;
  const z = 1.96;
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return { n, right, accuracy: share.toFixed(4), interval95: [(centre - half).toFixed(4), (centre + half).toFixed(4)] };
}

const confidence = ({ positive }) => Math.max(positive, 1 - positive);
const between = (low, high) => score(reviews.filter((review) => confidence(review) >= low && confidence(review) < high));
console.log(JSON.stringify({
  dtype,
  all: score(reviews),
  'up to 256 tokens': score(reviews.filter(({ tokens }) => tokens <= lengthMax)),
  'longer than 256 tokens': score(reviews.filter(({ tokens }) => tokens > lengthMax)),
  positive: score(reviews.filter(({ label }) => label === 1)),
  negative: score(reviews.filter(({ label }) => label === 0)),
  'score 0.99 and above': between(0.99, 2),
  'score 0.95 to 0.99': between(0.95, 0.99),
  'score 0.80 to 0.95': between(0.8, 0.95),
  'score below 0.80': between(0, 0.8),
}, null, 2));
