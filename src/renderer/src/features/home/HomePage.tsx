import { Page } from '../../components/Page';

export default function HomePage() {
  return <Page title="Home" lead="">{null}</Page>;
}
