/** A checkpoint from elsewhere: official DiT names in safetensors, with its configuration in the file or beside it. */
import { ImportForm } from '../../components/ImportForm';
import { Page } from '../../components/Page';

const CONFIGURATION = { field: 'configFile' as const, label: 'Configuration (if the file has none)', help: 'A JSON file with inputSize, patchSize, hiddenSize, depth, heads and numClasses.', extensions: ['json'], placeholder: 'config.json' };

export default function ImportPage() {
  return (
    <Page title="Import a checkpoint" lead="A .safetensors file with the names of the official DiT, or one that was exported here.">
      <ImportForm
        method="checkpoints.import"
        what="a checkpoint file"
        label="Checkpoint file"
        placeholder="/home/me/DiT-B-2.safetensors"
        page={(id) => `/checkpoints/${id}`}
        beside={CONFIGURATION}
        note="The file is copied; the original is left alone. PyTorch’s .pt files can run code and are not read: convert them to safetensors first."
      />
    </Page>
  );
}
