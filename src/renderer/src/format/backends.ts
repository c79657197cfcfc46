/** What computed a run, in the backend's own name, without asking for all that could. */
const NAMES: Readonly<Record<string, string>> = {
  onnxruntime: 'ONNX Runtime', 'onnxruntime-api': 'ONNX Runtime (JavaScript API)', webgpu: 'ONNX Runtime on WebGPU', cuda: 'ONNX Runtime on CUDA', directml: 'ONNX Runtime on DirectML',
  coreml: 'ONNX Runtime on Core ML', tensorflow: 'TensorFlow', 'tensorflow-bf16': 'TensorFlow (bfloat16)', 'tensorflow-eager': 'TensorFlow (tfjs-node)', 'tfjs-cpu': 'tfjs CPU',
};

export function backendName(id: string): string {
  return NAMES[id] ?? id;
}
