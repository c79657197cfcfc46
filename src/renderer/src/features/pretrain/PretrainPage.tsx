import { Page } from '../../components/Page';

export default function PretrainPage() {
  return <Page title="New pretraining" lead="">{null}</Page>;
}
