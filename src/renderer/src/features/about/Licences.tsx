/** Everything that is shipped with the application, with the text of each licence. */
import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import source from '../../../../../THIRD-PARTY-NOTICES.md?raw';
import { Section } from '../../components/Section';
import type { Column } from '../../components/table/columns';
import { DataTable } from '../../components/table/DataTable';
import { plural } from '../../format/format';
import { fileName, saveText } from '../../format/save';
import { parseNotices, type PackageNotice, plain } from './notices';

const notices = parseNotices(source);

function columnsOf(onRead: (notice: PackageNotice) => void): Column<PackageNotice>[] {
  return [
    { id: 'name', header: 'Package', width: 320, value: (p) => p.name },
    { id: 'version', header: 'Version', width: 110, value: (p) => p.version },
    { id: 'licence', header: 'Licence', width: 220, value: (p) => p.licence },
    {
      id: 'text', header: 'Text', width: 110, sortable: false, value: (p) => (notices.texts.has(p.name) ? 'included' : null),
      cell: (p) => (notices.texts.has(p.name) ? <Button size="compact-xs" variant="subtle" onClick={() => onRead(p)} aria-label={`Read the licence of ${p.name} ${p.version}`}>Read</Button> : '–'),
    },
  ];
}

export default function Licences() {
  const [shown, setShown] = useState<PackageNotice | null>(null);
  const [columns] = useState(() => columnsOf(setShown));
  return (
    <Section
      title="Works of others"
      lead={`${plural(notices.packages.length, 'package')}, built in or shipped beside it`}
      flush
      actions={<Button size="compact-sm" variant="default" onClick={() => saveText(source, fileName('third-party-notices', 'md'), 'text/markdown')}>Save all licences</Button>}
    >
      <Group gap={4} px="md" pb="sm" component="ul" m={0} style={{ listStyle: 'none', flexDirection: 'column', alignItems: 'flex-start' }}>
        {notices.works.map((work) => <Text key={work} component="li" size="sm">{plain(work)}</Text>)}
      </Group>
      <DataTable label="Packages" keep="licences" columns={columns} rows={notices.packages} rowId={(p) => `${p.name}@${p.version}`} initialSort={{ id: 'name', desc: false }} maxHeight={420} />
      <Modal opened={shown !== null} onClose={() => setShown(null)} title={shown ? `${shown.name} ${shown.version}, ${shown.licence}` : ''} size="lg">
        <Text component="pre" size="xs" m={0} tabIndex={0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{shown && notices.texts.get(shown.name)}</Text>
      </Modal>
    </Section>
  );
}
