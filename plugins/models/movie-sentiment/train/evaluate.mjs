/**
 * node evaluate.mjs reviews.json [every how-manieth review]
 *
 * Judges all 25,000 test reviews through the package, as a runner does, and prints the figures of the card. Needs `npm run build`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openPackage } from '../../../../tools/models/open-package.mjs';

const FOLDER = 12_500;
// As reviews.py: the package lists test/neg, train/neg, test/pos, train/pos.
const TEST = [[0, 'negative'], [2 * FOLDER, 'positive']];
const BATCH = 16;
const [file, step = 1] = process.argv.slice(2);
const all = JSON.parse(readFileSync(file, 'utf8'));
const clean = ({ t }) => t.replace(/<br\s*\/?>/g, ' ').trim();
const trained = new Set([...all.slice(FOLDER, 2 * FOLDER), ...all.slice(3 * FOLDER)].map(clean));
const reviews = TEST.flatMap(([from, label]) => all.slice(from, from + FOLDER).map((review) => ({ text: clean(review), label }))).filter((_, index) => index % Number(step) === 0);

const model = await openPackage(fileURLToPath(new URL('..', import.meta.url)));
for (let start = 0; start < reviews.length; start += BATCH) {
  const batch = reviews.slice(start, start + BATCH);
  const answers = await model.run(batch.map(({ text }) => ({ text })));
  for (const [index, review] of batch.entries()) Object.assign(review, { found: answers[index].label, score: answers[index].score });
}
await model.close();

function score(members) {
  const n = members.length;
  const right = members.filter(({ label, found }) => label === found).length;
  const share = right / n;
  const z = 1.96;
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return `${n} reviews, ${right} right, accuracy ${share.toFixed(4)} (${(centre - half).toFixed(4)} to ${(centre + half).toFixed(4)})`;
}

const wordCount = ({ text }) => (text.match(/[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*|[\p{P}\p{S}]/gu) ?? []).length;
const between = (low, high) => score(reviews.filter((review) => review.score >= low && review.score < high));
console.log(JSON.stringify({
  all: score(reviews),
  'not among the training reviews': score(reviews.filter(({ text }) => !trained.has(text))),
  'up to 400 words': score(reviews.filter((review) => wordCount(review) <= 400)),
  'longer than 400 words': score(reviews.filter((review) => wordCount(review) > 400)),
  positive: score(reviews.filter(({ label }) => label === 'positive')),
  negative: score(reviews.filter(({ label }) => label === 'negative')),
  'score 0.99 and above': between(0.99, 2),
  'score 0.95 to 0.99': between(0.95, 0.99),
  'score 0.80 to 0.95': between(0.8, 0.95),
  'score below 0.80': between(0, 0.8),
}, null, 2));
