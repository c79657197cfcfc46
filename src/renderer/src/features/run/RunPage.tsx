import { Page } from '../../components/Page';

export default function RunPage() {
  return <Page title="Run" lead="">{null}</Page>;
}
