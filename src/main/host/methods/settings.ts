import { getSettings, setSettings } from '../../catalog';
import type { HandlersOf } from '../context';

export const settings: HandlersOf<'settings'> = {
  'settings.get': ({ catalog }) => getSettings(catalog),
  'settings.set': ({ catalog, events }, patch) => {
    const next = setSettings(catalog, patch);
    events.publish({ type: 'settings', settings: next });
    return next;
  },
};
