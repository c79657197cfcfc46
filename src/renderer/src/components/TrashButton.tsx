import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { AppError } from '@shared/errors';
import { useConnection } from '../client/context';
import { useAction } from '../client/hooks';
import { showUndo } from './undo';

interface TrashButtonProps {
  id: string;
  name: string;
  /** Where to go once it is thrown away. */
  then: string;
}

const complain = (error: AppError) => void notifications.show({ title: 'It could not be moved to the trash', message: [error.message, error.hint].filter(Boolean).join(' '), color: 'madder', autoClose: false });

/** Throws the thing of a page away, with a notice that takes it back, and goes to `then`. */
export function TrashButton({ id, name, then }: TrashButtonProps) {
  const connection = useConnection();
  const navigate = useNavigate();
  const trash = useAction('trash.move');
  const discard = () =>
    trash.mutate({ ids: [id] }, {
      onSuccess: ({ bytes }) => {
        showUndo(connection, [id], name, bytes);
        void navigate({ to: then });
      },
      onError: complain,
    });
  return <Button variant="default" leftSection={<IconTrash size={16} />} loading={trash.isPending} onClick={discard}>Move to trash</Button>;
}
