/**
 * node score.mjs <folder of render.py> [options as JSON]
 *
 * The character error rate of each page: how many characters must be put in, left out or changed to make the paragraph of what was read,
 * by the length of the paragraph; then the same with all spaces left out. Where a line ends counts as a space. Needs a build.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPackageFolder } from '@steelyard/model-package';
import ocr from '@steelyard/runtime-ocr';
import sharp from 'sharp';

const [folder, options = '{}'] = process.argv.slice(2);
const { manifest, dir } = await readPackageFolder(fileURLToPath(new URL('.', import.meta.url)));
const model = await ocr.open({ dir, manifest, device: 'cpu', threads: 1, options: { ...manifest.runtime.options, ...JSON.parse(options) } });
const idle = { signal: new AbortController().signal, emit: () => Promise.resolve() };

for (const name of readdirSync(folder).filter((file) => file.endsWith('.png'))) {
  const { data, info } = await sharp(join(folder, name)).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const rgb = info.channels === 3 ? new Uint8Array(data) : Uint8Array.from({ length: info.width * info.height * 3 }, (_, at) => data[Math.floor(at / 3)]);
  const begunMs = performance.now();
  const [answer] = await model.run([{ image: { dtype: 'uint8', shape: [info.height, info.width, 3], data: rgb } }], idle);
  if (answer instanceof Error) throw answer;
  const takenMs = performance.now() - begunMs;
  const truth = readFileSync(join(folder, name.replace(/png$/, 'txt')), 'utf8').trim();
  // Chinese has no spaces, so that no line of it ends in one.
  const read = answer.text.replaceAll('\n', truth.includes(' ') ? ' ' : '');
  const rates = [errorRate(read, truth), errorRate(read.replaceAll(' ', ''), truth.replaceAll(' ', ''))].map((rate) => `${(rate * 100).toFixed(1)} %`);
  console.log(`${name.padEnd(20)} ${`${info.width}x${info.height}`.padEnd(10)} ${rates.join(', without spaces ')} (${answer.lines.length} lines, ${takenMs.toFixed(0)} ms)`);
  if (process.env.SHOW) console.log(answer.text);
}
await model.close();

/** Levenshtein's distance by the length of the truth, in code points. */
function errorRate(read, truth) {
  const wanted = [...truth];
  let row = wanted.map((_, index) => index + 1);
  row.unshift(0);
  for (const [at, character] of [...read].entries()) {
    const next = [at + 1];
    for (const [index, other] of wanted.entries()) next.push(Math.min(next[index] + 1, row[index + 1] + 1, row[index] + (character === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1) / wanted.length;
}
