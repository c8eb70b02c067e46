import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import type { Files } from './models.js';

/** The files of a model that TensorFlow.js itself saves. */
export async function saved(model: layers.LayersModel): Promise<Files> {
  let files: Files = {};
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      const json = {
        format: 'layers-model',
        modelTopology: artifacts.modelTopology,
        weightsManifest: [{ paths: ['weights.bin'], weights: artifacts.weightSpecs }],
      };
      files = { 'model.json': Buffer.from(JSON.stringify(json)), 'weights.bin': Buffer.from(artifacts.weightData as ArrayBuffer) };
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } });
    }),
  );
  model.dispose();
  return files;
}

/** y = x · W + b, three features to two scores, as a Keras model. */
export async function dense(): Promise<Files> {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  const model = layers.sequential({ layers: [layers.layers.dense({ name: 'y', units: 2, inputShape: [3] })] });
  const [kernel, bias] = [tf.tensor2d([1, 0, 0, 1, 1, 1], [3, 2]), tf.tensor1d([10, 20])];
  model.setWeights([kernel, bias]);
  tf.dispose([kernel, bias]);
  return saved(model);
}
