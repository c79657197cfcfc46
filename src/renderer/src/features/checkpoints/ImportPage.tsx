/** A checkpoint from elsewhere: official DiT names in safetensors, with its configuration in the file or beside it. */
import { useState } from 'react';
import { FileField } from '../../components/form/FileField';
import { ImportForm } from '../../components/ImportForm';
import { Page } from '../../components/Page';

export default function ImportPage() {
  const [configFile, setConfigFile] = useState('');
  return (
    <Page title="Import a checkpoint" lead="A .safetensors file with the names of the official DiT, or one that was exported here.">
      <ImportForm
        method="checkpoints.import"
        what="a checkpoint file"
        label="Checkpoint file"
        placeholder="/home/me/DiT-B-2.safetensors"
        page={(id) => `/checkpoints/${id}`}
        more={{ configFile: configFile.trim() || undefined }}
        fields={(problems, changed) => (
          <FileField label="Configuration (if the file has none)" field="configFile" problems={problems} value={configFile} onChange={(path) => { changed(); setConfigFile(path); }} help="A JSON file with inputSize, patchSize, hiddenSize, depth, heads and numClasses." extensions={['json']} placeholder="config.json" />
        )}
        note="The file is copied; the original is left alone. PyTorch’s .pt files can run code and are not read: convert them to safetensors first."
      />
    </Page>
  );
}
