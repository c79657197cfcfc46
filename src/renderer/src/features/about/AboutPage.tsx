/** Version, method, and the licences of everything that is shipped. */
import { Skeleton, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useCall } from '../../client/hooks';
import { CopyText } from '../../components/CopyText';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { Stat, Stats } from '../../components/Stat';

/** The notices are a few hundred kilobytes: they come when somebody looks. */
const Licences = lazy(() => import('./Licences'));

const CITATION = `@inproceedings{fine2026,
  title     = {{FINE}: Factorizing Knowledge for Initialization of Variable-sized Diffusion Models},
  booktitle = {CVPR},
  year      = {2026},
  note      = {arXiv:2409.19289}
}`;

export default function AboutPage() {
  const info = useCall('app.info', {}).data;
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
      <Section title="The method" actions={<CopyText label="Copy the citation" text={CITATION} />}>
        <Text size="sm" maw="46rem">
          FINE, “Factorizing Knowledge for Initialization of Variable-sized Diffusion Models” (arXiv 2409.19289): every weight of a block is U · diag(σ) · Vᵀ, with U and V shared by all blocks of a diffusion transformer. They are learned once; a model of another depth takes them over unchanged and learns its own σ in a few hundred steps.
        </Text>
      </Section>
      <Suspense fallback={<Skeleton height={520} radius="md" role="status" aria-label="Loading" />}>
        <Licences />
      </Suspense>
    </Page>
  );
}
