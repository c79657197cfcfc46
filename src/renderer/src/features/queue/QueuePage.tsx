import { Page } from '../../components/Page';

export default function QueuePage() {
  return <Page title="Queue" lead="What waits to run, in order.">{null}</Page>;
}
