import { Page } from '../../components/Page';

export default function ExtractPage() {
  return <Page title="Extract a learngene" lead="Takes the shared factors out of a checkpoint.">{null}</Page>;
}
