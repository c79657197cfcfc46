import { shortcutKeys } from './shortcuts';

/** A shortcut drawn as keys. */
export function Keys({ shortcut }: { shortcut: string }) {
  return (
    <span style={{ display: 'inline-flex', gap: 3 }}>
      {shortcutKeys(shortcut).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}
