/**
 * node evaluate.mjs trained/test.json
 *
 * Labels the test texts through the package, as a runner does: whole paragraphs of up to 40 sentences, words joined by spaces. A
 * word is right where the entity that begins with it has its label. Needs `npm run build`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openPackage } from '../../../../tools/models/open-package.mjs';

const SENTENCES = 40;
const [file, change = 'none'] = process.argv.slice(2);
const changed = { none: (text) => text, lower: (text) => text.toLowerCase() }[change];
const model = await openPackage(fileURLToPath(new URL('..', import.meta.url)));
const labels = {};
const confused = {};
let [right, count, exact] = [0, 0, 0];
for (const sentences of JSON.parse(readFileSync(file, 'utf8'))) {
  for (let start = 0; start < sentences.length; start += SENTENCES) {
    const pairs = sentences.slice(start, start + SENTENCES).flat();
    const [{ entities }] = await model.run([{ text: changed(pairs.map(([word]) => word).join(' ')) }]);
    const found = new Map(entities.map((entity) => [entity.start, entity]));
    let at = 0;
    for (const [word, label] of pairs) {
      if (label !== 'O') {
        const entity = found.get(at);
        const isRight = entity?.label === label;
        labels[label] ??= { words: 0, right: 0 };
        labels[label].words++;
        count++;
        if (isRight) {
          right++;
          labels[label].right++;
          if (entity.text === changed(word)) exact++;
        } else {
          const key = `${label} as ${entity?.label ?? 'nothing'}`;
          confused[key] = (confused[key] ?? 0) + 1;
        }
      }
      at += word.length + 1;
    }
  }
}
await model.close();
console.log(`${right} of ${count} words right, ${(right / count).toFixed(4)}; of these ${exact} with their whole text`);
for (const [label, { words, right: of }] of Object.entries(labels).sort(([, a], [, b]) => b.words - a.words)) console.log(`${label}: ${of} of ${words}, ${(of / words).toFixed(3)}`);
console.log(Object.entries(confused).sort(([, a], [, b]) => b - a).slice(0, 10).map(([key, times]) => `${key} ${times}`).join(', '));
