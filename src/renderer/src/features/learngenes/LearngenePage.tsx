import { useCall } from '../../client/hooks';
import { LinkButton } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { Stat, Stats } from '../../components/Stat';
import { formatBytes, formatCount } from '../../format/format';
import { useScreenParams } from '../../app/router';

export default function LearngenePage() {
  const { id = '' } = useScreenParams();
  const learngene = useCall('learngenes.get', { id });
  return (
    <Page title={learngene.data?.name ?? 'Learngene'} actions={<LinkButton to="/initialize" search={{ learngene: id }}>Initialise sizes</LinkButton>}>
      <Loaded query={learngene}>
        {(l) => (
          <Section title="What it holds">
            <Stats>
              <Stat label="Hidden size" value={l.hiddenSize} />
              <Stat label="From depth" value={l.sourceDepth} />
              <Stat label="Parameters" value={formatCount(l.parameters)} />
              <Stat label="File" value={formatBytes(l.bytes)} />
              <Stat label="Carries" value={l.carries.join(', ') || 'U and V only'} />
            </Stats>
          </Section>
        )}
      </Loaded>
    </Page>
  );
}
