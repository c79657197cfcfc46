/** The learngene is there: what it is, what to mind, what comes next. */
import { Alert, Button, Group, List } from '@mantine/core';
import { IconAlertTriangle, IconDna, IconStack2 } from '@tabler/icons-react';
import type { Result } from '@shared/protocol';
import { LinkButton } from '../../components/links';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { Stat, Stats } from '../../components/Stat';
import { formatBytes, formatCount } from '../../format/format';
import { rankText } from '../../format/model';

export function Extracted({ learngene: l, warnings, onAgain }: Result<'learngenes.extract'> & { onAgain(): void }) {
  return (
    <Page title="Learngene extracted" lead="Models of any depth can start from it.">
      {warnings.length > 0 && (
        <Alert color="ochre" icon={<IconAlertTriangle size={18} />} title="Worth knowing before you use it">
          <List size="sm">{warnings.map((w) => <List.Item key={w}>{w}</List.Item>)}</List>
        </Alert>
      )}
      <Section title={l.name}>
        <Stats>
          <Stat label="Hidden size" value={l.hiddenSize} />
          <Stat label="Rank" value={rankText(l.ranks).replace(/^ranks? /, '')} />
          <Stat label="From depth" value={l.sourceDepth} />
          <Stat label="Parameters" value={formatCount(l.parameters)} />
          <Stat label="File" value={formatBytes(l.bytes)} />
          <Stat label="Hash of U and V" value={l.uvHash.slice(0, 12)} help="The first digits of their SHA-256: every size made from it is checked against it." />
        </Stats>
        <Group mt="lg" gap="xs">
          <LinkButton to="/initialize" search={{ learngene: l.id }} leftSection={<IconStack2 size={16} />}>Initialise sizes from it</LinkButton>
          <LinkButton to={`/learngenes/${l.id}`} variant="default" leftSection={<IconDna size={16} />}>Look into it</LinkButton>
          <Button variant="subtle" color="gray" onClick={onAgain}>Extract another</Button>
        </Group>
      </Section>
    </Page>
  );
}
