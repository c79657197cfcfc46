import { Page } from '../../components/Page';

export default function ExportPage() {
  return <Page title="Export a checkpoint" lead="ONNX or safetensors, checked against the engine.">{null}</Page>;
}
