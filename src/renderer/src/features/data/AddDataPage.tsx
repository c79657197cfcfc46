import { Page } from '../../components/Page';

export default function AddDataPage() {
  return <Page title="Add images" lead="">{null}</Page>;
}
