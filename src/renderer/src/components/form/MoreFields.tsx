/** Fields that most people leave alone, behind a door; what is refused is not left behind a closed one. */
import { Accordion, SimpleGrid } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Problem, problemAt } from '../../client/plan';

/** `fields` names those within, as problems do. */
export function MoreFields({ title, fields, problems, children }: { title: string; fields: readonly string[]; problems: readonly Problem[]; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const hides = fields.some((field) => problemAt(problems, field));
  return (
    <Accordion variant="separated" chevronPosition="left" value={isOpen || hides ? 'more' : null} onChange={(value) => setOpen(value === 'more')}>
      <Accordion.Item value="more">
        <Accordion.Control>{title}</Accordion.Control>
        <Accordion.Panel>
          <SimpleGrid cols={{ base: 2, md: 3 }} spacing="md">{children}</SimpleGrid>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
