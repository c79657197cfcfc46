/** Files that come from outside: learngenes, double-clicked in the system or dropped on the window, are imported and shown; pictures lead to their form. */
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Learngene } from '@shared/entities';
import { describeError, toErrorInfo } from '@shared/errors';
import { useConnection } from '../client/context';
import { isPictureSource, pictureSource } from '../components/pictureSource';

const LEARNGENE = /\.learngene\.safetensors$/i;

export function OpenedFiles() {
  const connection = useConnection();
  const navigate = useNavigate();
  const open = async (file: string) => {
    const name = file.split(/[\\/]/).at(-1);
    notifications.show({ id: file, title: 'Opening a learngene', message: name, loading: true, autoClose: false });
    try {
      const learngene: Learngene = await connection.call('learngenes.import', { file });
      notifications.hide(file);
      void navigate({ to: `/learngenes/${learngene.id}` });
    } catch (error) {
      notifications.update({ id: file, title: `${name} was not opened`, message: describeError(toErrorInfo(error)), color: 'madder', loading: false, autoClose: false });
    }
  };
  const addPictures = (path: string) => void navigate({ to: '/data/add', search: { path: pictureSource(path) } as never });
  const latest = useRef({ open, addPictures });
  useEffect(() => {
    latest.current = { open, addPictures };
  });
  useEffect(() => window.fineStudio?.onOpenFile((path) => void latest.current.open(path)), []);
  useEffect(() => {
    const isFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    // Without this the browser would leave the application for the dropped file.
    const over = (event: DragEvent) => {
      if (isFile(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      // A form that takes files has taken it already.
      if (!isFile(event) || event.defaultPrevented) return;
      event.preventDefault();
      const files = [...event.dataTransfer!.files];
      for (const file of files.filter(({ name }) => LEARNGENE.test(name))) {
        const path = window.fineStudio?.pathForFile(file);
        if (path) void latest.current.open(path);
        else notifications.show({ title: file.name, message: 'A browser does not tell where a dropped file lies. Give its path under Learngenes, “Import a file”.' });
      }
      const pictures = files.find(isPictureSource);
      if (!pictures) return;
      const path = window.fineStudio?.pathForFile(pictures);
      if (path) latest.current.addPictures(path);
      else notifications.show({ title: pictures.name, message: 'A browser does not tell where a dropped file lies. Give the path of its folder or archive under Data, “Add images”.' });
    };
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return null;
}
