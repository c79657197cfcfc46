import { Page } from '../../components/Page';

export default function BackendsPage() {
  return <Page title="Backends" lead="What computes, and how fast.">{null}</Page>;
}
