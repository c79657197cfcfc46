import type { Dataset } from '@shared/entities';

/** Pictures per class as bars with their figures; a table, so that it can be read aloud. */
export function ClassCounts({ classes }: { classes: Dataset['classes'] }) {
  const most = Math.max(1, ...classes.map((c) => c.images));
  return (
    <div style={{ maxHeight: 300, overflow: 'auto' }} tabIndex={0} role="region" aria-label="Pictures per class">
      <table style={{ width: '100%', borderSpacing: '0 3px', fontSize: '0.8125rem' }}>
        <thead className="visually-hidden"><tr><th>Class</th><th>Share</th><th>Pictures</th></tr></thead>
        <tbody>
          {classes.map((c) => (
            <tr key={c.name}>
              <td style={{ maxWidth: '10rem', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{c.name}</td>
              <td style={{ width: '60%' }}><div aria-hidden style={{ height: 12, width: `${(c.images / most) * 100}%`, minWidth: 2, borderRadius: 2, background: 'var(--accent)' }} /></td>
              <td className="number">{c.images.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
