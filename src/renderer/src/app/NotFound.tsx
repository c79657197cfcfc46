import { IconMapOff } from '@tabler/icons-react';
import { EmptyState } from '../components/EmptyState';
import { LinkButton } from '../components/links';
import { Page } from '../components/Page';

export function NotFound() {
  return (
    <Page title="Not found">
      <EmptyState icon={IconMapOff} sentence="There is no screen at this address." action={<LinkButton to="/">Go home</LinkButton>} />
    </Page>
  );
}
