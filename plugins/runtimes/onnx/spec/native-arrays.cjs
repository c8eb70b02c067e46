const { TestEnvironment } = require('jest-environment-node');

const ARRAYS = ['Float32Array', 'Float64Array', 'Int8Array', 'Int16Array', 'Int32Array', 'BigInt64Array', 'Uint16Array', 'Uint32Array', 'BigUint64Array'];

/**
 * Jest gives every spec its own typed array classes, while a native library makes arrays of Node's own, and ONNX Runtime
 * checks with `instanceof`. Specs that run a model in their own process share Node's.
 */
module.exports = class NativeArrays extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of ARRAYS) this.global[name] = globalThis[name];
  }
};
