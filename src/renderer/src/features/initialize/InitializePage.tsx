import { Page } from '../../components/Page';

export default function InitializePage() {
  return <Page title="Initialise model sizes" lead="One learngene, any number of depths.">{null}</Page>;
}
