import { Page } from '../../components/Page';

export default function TrainPage() {
  return <Page title="Train a checkpoint on" lead="Gives up the constraint and trains all weights.">{null}</Page>;
}
