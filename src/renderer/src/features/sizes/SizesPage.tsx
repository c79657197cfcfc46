import { Page } from '../../components/Page';

export default function SizesPage() {
  return <Page title="Size explorer" lead="Parameters, multiply-accumulates and memory of any size.">{null}</Page>;
}
