import { Page } from '../../components/Page';

export default function BenchPage() {
  return <Page title="Bench" lead="Initialisations compared at equal budget.">{null}</Page>;
}
