import { useScreenParams } from '../../app/router';
import { useCall } from '../../client/hooks';
import { LinkButton } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { Stat, Stats } from '../../components/Stat';
import { formatBytes, formatCount, formatValue } from '../../format/format';

export default function CheckpointPage() {
  const { id = '' } = useScreenParams();
  const checkpoint = useCall('checkpoints.get', { id });
  return (
    <Page title={checkpoint.data?.name ?? 'Checkpoint'} actions={<LinkButton to="/export" search={{ checkpoint: id }}>Export</LinkButton>}>
      <Loaded query={checkpoint}>
        {(c) => (
          <Section title="Model">
            <Stats>
              <Stat label="Form" value={c.form} />
              <Stat label="Depth" value={c.model.depth} />
              <Stat label="Hidden size" value={c.model.hiddenSize} />
              <Stat label="Parameters" value={formatCount(c.parameters)} />
              <Stat label="Loss" value={formatValue(c.loss)} />
              <Stat label="File" value={formatBytes(c.bytes)} />
            </Stats>
          </Section>
        )}
      </Loaded>
    </Page>
  );
}
