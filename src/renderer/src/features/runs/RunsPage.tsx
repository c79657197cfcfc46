import { Page } from '../../components/Page';

export default function RunsPage() {
  return <Page title="Runs" lead="">{null}</Page>;
}
