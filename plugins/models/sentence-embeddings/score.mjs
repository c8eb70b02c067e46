/**
 * node score.mjs
 *
 * Ranks the sentences of pairs.json, written for this package: is the paraphrase nearer to a sentence than another one that
 * shares more words with it, and which of all paraphrases is the nearest? Beside it the same by the words that two sentences share.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openPackage } from '../../../tools/models/open-package.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const pairs = JSON.parse(readFileSync(`${folder}pairs.json`, 'utf8'));
const sides = ['text', 'alike', 'unlike'];
const cosine = (a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);

const wordsOf = (text) => text.toLowerCase().match(/[a-z']+/g);
const words = [...new Set(pairs.flatMap((pair) => sides.flatMap((side) => wordsOf(pair[side]))))];
const bagOf = (text) => words.map((word) => wordsOf(text).filter((other) => other === word).length);

function score(vectors) {
  const chosen = vectors.filter(({ text, alike, unlike }) => cosine(text, alike) > cosine(text, unlike)).length;
  const found = vectors.filter(({ text, alike }) => vectors.every((other) => other.alike === alike || cosine(text, alike) > cosine(text, other.alike))).length;
  return `${chosen} of ${vectors.length} nearer to the paraphrase, ${found} find theirs among ${vectors.length}`;
}

const model = await openPackage(folder);
const embedded = [];
for (const pair of pairs) {
  const [text, alike, unlike] = (await model.run(sides.map((side) => ({ text: pair[side] })))).map(({ embedding }) => embedding);
  embedded.push({ text, alike, unlike });
}
await model.close();
console.log(`embeddings: ${score(embedded)}`);
console.log(`words:      ${score(pairs.map((pair) => Object.fromEntries(sides.map((side) => [side, bagOf(pair[side])]))))}`);
