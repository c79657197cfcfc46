import { Page } from '../../components/Page';

export default function LineagePage() {
  return <Page title="Lineage" lead="Where everything came from.">{null}</Page>;
}
