/** What each backend is, in one sentence. */
export const WHAT: Readonly<Record<string, string>> = {
  onnxruntime: 'The whole training step as one graph, with its state kept in place.',
  'onnxruntime-api': 'The same graph through the JavaScript interface; copies its state in each step.',
  webgpu: 'The same graph on a graphics card of any vendor.',
  cuda: 'The same graph on an NVIDIA graphics card.',
  directml: 'The same graph on a graphics card under Windows.',
  coreml: 'The same graph on an Apple processor.',
  tensorflow: 'The same graph in TensorFlow, with its state kept there; on CUDA where it was installed with it.',
  'tensorflow-bf16': 'As TensorFlow, with matrix products in 16 bits: faster on processors and cards made for it, less exact.',
  'tensorflow-eager': 'Operation by operation, through tfjs-node.',
  'tfjs-cpu': 'Plain JavaScript: slow, there to compare the others with.',
};
