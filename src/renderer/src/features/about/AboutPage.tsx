/** Version, method, and the licences of everything that is shipped. */
import { Anchor, Skeleton, Stack, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useCall } from '../../client/hooks';
import { CopyText } from '../../components/CopyText';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { Stat, Stats } from '../../components/Stat';

/** The notices are a few hundred kilobytes: they come when somebody looks. */
const Licences = lazy(() => import('./Licences'));

const CITATION = `@inproceedings{xie2026fine,
  title     = {{FINE}: Factorizing Knowledge for Initialization of Variable-sized Diffusion Models},
  author    = {Xie, Yucheng and Feng, Fu and Shi, Ruixiao and Shen, Jianlu and Wang, Jing and Rui, Yong and Geng, Xin},
  booktitle = {Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)},
  year      = {2026},
  note      = {arXiv:2409.19289}
}`;

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

/** An address that opens in the person's browser, and only when clicked. */
function Outside({ href, children }: { href: string; children: string }) {
  return (
    <Anchor size="sm" underline="always" href={href} target="_blank" rel="noreferrer" onClick={(event) => {
      if (!window.fineStudio) return;
      event.preventDefault();
      void window.fineStudio.openExternal(href);
    }}>
      {children}
    </Anchor>
  );
}

export default function AboutPage() {
  const info = useCall('app.info', {}).data;
  const credits = useCall('datasets.list', {}).data?.filter((d) => d.attribution !== null) ?? [];
  const report = info && `FINE Studio ${info.version}, ${info.platform}, ${info.cpuModel} (${info.cpus} cores), catalogue ${info.catalogVersion}`;
  return (
    <Page title="About FINE Studio" lead="Pretrain once in factorised form, initialise models of any depth. No account, no network: nothing leaves this machine." actions={report && <CopyText label="Copy for a report" text={report} />}>
      <Section title="This installation">
        <Stats>
          <Stat label="Version" value={info?.version ?? '–'} />
          <Stat label="Platform" value={info ? (PLATFORMS[info.platform] ?? info.platform) : '–'} />
          <Stat label="Catalogue" value={info ? `version ${info.catalogVersion}` : '–'} />
          <Stat label="Licence" value="Apache-2.0" />
        </Stats>
      </Section>
      <Section title="The method" actions={<CopyText label="Copy the citation" text={CITATION} />}>
        <Text size="sm" maw="46rem">
          Every weight of a block is U · diag(σ) · V<sup>T</sup>, with U and V shared by all blocks of a diffusion transformer. They are learned once; a model of another depth takes them over unchanged and learns its own σ in a few hundred steps.
        </Text>
        <Text size="sm" mt="xs">
          Yucheng Xie, Fu Feng, Ruixiao Shi, Jianlu Shen, Jing Wang, Yong Rui, Xin Geng: <i>FINE: Factorizing Knowledge for Initialization of Variable-sized Diffusion Models</i>. CVPR 2026. <Outside href="https://arxiv.org/abs/2409.19289">arXiv:2409.19289</Outside>
        </Text>
        <Text size="sm" mt="xs">
          The models are diffusion transformers: William Peebles, Saining Xie: <i>Scalable Diffusion Models with Transformers</i>. ICCV 2023. <Outside href="https://arxiv.org/abs/2212.09748">arXiv:2212.09748</Outside>
        </Text>
        <Text size="xs" c="dimmed" mt="xs">The authors of these papers have no part in this application.</Text>
      </Section>
      {credits.length > 0 && (
        <Section title="Built-in pictures">
          <Stack gap="xs">{credits.map((d) => <Text key={d.id} size="sm"><b>{d.name}.</b> {d.attribution}</Text>)}</Stack>
        </Section>
      )}
      <Suspense fallback={<Skeleton height={520} radius="md" role="status" aria-label="Loading" />}>
        <Licences />
      </Suspense>
    </Page>
  );
}
