import { Page } from '../../components/Page';

export default function AboutPage() {
  return <Page title="About" lead="">{null}</Page>;
}
