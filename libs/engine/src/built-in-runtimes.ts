/** Runtime names of `model.yaml` and the packages that provide them. The engine itself imports none: runners do, by name. */
export const builtInRuntimes: Readonly<Record<string, string>> = {
  echo: '@steelyard/runtime-echo',
  'llama-cpp': '@steelyard/runtime-llama-cpp',
  ocr: '@steelyard/runtime-ocr',
  onnx: '@steelyard/runtime-onnx',
  tfjs: '@steelyard/runtime-tfjs',
  transformers: '@steelyard/runtime-transformers',
};
