/** Settings: one row per key, JSON values. */
import { settingsSchema, type Settings } from '../../shared/protocol';
import { write, type Catalog } from './open';

export function getSettings(catalog: Catalog): Settings {
  const rows = catalog.prepare('SELECT key, value FROM settings').all() as { key: string; value: string }[];
  return settingsSchema.parse(Object.fromEntries(rows.map((row) => [row.key, JSON.parse(row.value)])));
}

export function setSettings(catalog: Catalog, patch: Partial<Settings>): Settings {
  const statement = catalog.prepare('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  write(catalog, () => {
    for (const [key, value] of Object.entries(patch)) if (value !== undefined) statement.run(key, JSON.stringify(value));
  });
  return getSettings(catalog);
}
