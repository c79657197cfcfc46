/** Version, method, and the licences of everything that is shipped. */
import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useCall } from '../../client/hooks';
import { CopyText } from '../../components/CopyText';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { Stat, Stats } from '../../components/Stat';
import type { Column } from '../../components/table/columns';
import { DataTable } from '../../components/table/DataTable';
import notices from '../../../../../THIRD-PARTY-NOTICES.md?raw';
import { type Notice, parseNotices } from './notices';

const { packages, texts } = parseNotices(notices);
const COLUMNS: Column<Notice>[] = [
  { id: 'name', header: 'Package', width: 320, value: (n) => n.name },
  { id: 'version', header: 'Version', width: 120, value: (n) => n.version },
  { id: 'licence', header: 'Licence', width: 240, value: (n) => n.licence },
];

export default function AboutPage() {
  const info = useCall('app.info', {}).data;
  const [shown, setShown] = useState(false);
  const report = info && `FINE Studio ${info.version}, ${info.platform}, ${info.cpuModel} (${info.cpus} cores), catalogue ${info.catalogVersion}`;
  return (
    <Page title="About FINE Studio" lead="Pretrain once in factorised form, initialise models of any depth. No account, no network: nothing leaves this machine." actions={report && <CopyText label="Copy for a report" text={report} />}>
      <Section title="This installation">
        <Stats>
          <Stat label="Version" value={info?.version ?? '–'} />
          <Stat label="Platform" value={info?.platform ?? '–'} />
          <Stat label="Catalogue" value={info ? `version ${info.catalogVersion}` : '–'} />
          <Stat label="Licence" value="Apache-2.0" />
        </Stats>
      </Section>
      <Section title="The method">
        <Text size="sm" maw="46rem">
          FINE, “Factorizing Knowledge for Initialization of Variable-sized Diffusion Models” (arXiv 2409.19289): every weight of a block is U · diag(σ) · Vᵀ, with U and V shared by all blocks of a diffusion transformer. They are learned once; a model of another depth takes them over unchanged and learns its own σ in a few hundred steps.
        </Text>
      </Section>
      <Section title="Works of others" lead={`${packages.length} packages are shipped or built in; pictures: Twemoji, CC-BY 4.0.`} flush>
        <DataTable label="Works of others" keep="notices" columns={COLUMNS} rows={packages} rowId={(n) => `${n.name} ${n.version}`} initialSort={{ id: 'name', desc: false }} maxHeight="46vh" />
      </Section>
      <Section title="Licence texts" actions={<Button size="compact-sm" variant="default" aria-expanded={shown} onClick={() => setShown(!shown)}>{shown ? 'Hide' : 'Show'}</Button>}>
        {shown ? <pre className="sunk" tabIndex={0} aria-label="Licence texts" style={{ margin: 0, padding: 12, maxHeight: '60vh', overflow: 'auto', fontSize: '0.75rem', whiteSpace: 'pre-wrap' }}>{texts}</pre> : <Text size="sm" c="dimmed">The full texts, as the licences ask for.</Text>}
      </Section>
    </Page>
  );
}
