/** What each backend is, in one sentence. */
export const WHAT: Readonly<Record<string, string>> = {
  onnxruntime: 'The whole training step as one graph, with its state kept in place.',
  'onnxruntime-api': 'The same graph through the JavaScript interface; copies its state in each step.',
  webgpu: 'The same graph on a graphics card of any vendor.',
  cuda: 'The same graph on an NVIDIA graphics card.',
  directml: 'The same graph on a graphics card under Windows.',
  coreml: 'The same graph on an Apple processor.',
  tensorflow: 'Operation by operation, through tfjs-node-gpu.',
  'tfjs-cpu': 'Plain JavaScript: slow, there to compare the others with.',
};
