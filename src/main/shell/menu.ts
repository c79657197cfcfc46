/** The application menu, drawn from the list of actions that the palette and the `?` sheet are drawn from, too. */
import type { MenuItemConstructorOptions } from 'electron';
import { ACTIONS, type ActionGroup, type ActionId, type ActionInfo } from '../../shared/actions';

/** `mod+alt+P` as Electron writes it. */
export function accelerator(shortcut: string): string {
  const names: Record<string, string> = { mod: 'CmdOrCtrl', alt: 'Alt', shift: 'Shift' };
  return shortcut.split('+').map((part) => names[part] ?? part).join('+');
}

/**
 * @param platform as `process.platform`
 * @param run what a click does; shortcuts are shown only, because the window itself listens to them
 * @param developer whether reloading and the developer tools are offered
 */
export function menuTemplate(platform: string, run: (id: ActionId) => void, developer: boolean): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const item = (action: ActionInfo): MenuItemConstructorOptions => ({
    id: action.id,
    label: action.label,
    // A bare key such as "?" belongs to whatever is being typed into.
    ...(action.shortcut?.includes('+') ? { accelerator: accelerator(action.shortcut), registerAccelerator: false } : {}),
    click: () => run(action.id as ActionId),
  });
  const group = (name: ActionGroup): MenuItemConstructorOptions[] => ACTIONS.filter((action) => action.group === name).map(item);
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const zoom: MenuItemConstructorOptions[] = [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, separator, { role: 'togglefullscreen' }];
  return [
    ...(mac ? [{ role: 'appMenu' } as MenuItemConstructorOptions] : []),
    { label: '&File', submenu: [...group('Create'), separator, mac ? { role: 'close' } : { role: 'quit' }] },
    { role: 'editMenu' },
    { label: '&View', submenu: [...group('View'), separator, ...(developer ? [{ role: 'reload' } as MenuItemConstructorOptions, { role: 'toggleDevTools' } as MenuItemConstructorOptions, separator] : []), ...zoom] },
    { label: '&Go', submenu: group('Go to') },
    { role: 'windowMenu' },
    { label: '&Help', role: 'help', submenu: group('Help') },
  ];
}
