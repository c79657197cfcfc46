/** A learngene that was made on another machine, as a file. */
import { ImportForm } from '../../components/ImportForm';
import { Page } from '../../components/Page';

export default function ImportPage() {
  return (
    <Page title="Import a learngene" lead="A .learngene.safetensors file that this application wrote, here or on another machine. It says itself which models it can initialise.">
      <ImportForm
        method="learngenes.import"
        what="a learngene file"
        label="Learngene file"
        placeholder="/home/me/flowers.learngene.safetensors"
        page={(id) => `/learngenes/${id}`}
        note="The file is checked and copied; the original is left alone. The desktop application also takes files that are dropped on its window or opened in the system."
      />
    </Page>
  );
}
