/** The third-party notices of the distribution, taken apart: what is in it, and the licence texts as they are. */

export interface Notice {
  name: string;
  version: string;
  licence: string;
}

export interface Notices {
  packages: Notice[];
  /** Everything after the table. */
  texts: string;
}

/** Reads the table of the notices file; rows are `| package | version | licence |`. */
export function parseNotices(markdown: string): Notices {
  const lines = markdown.split('\n');
  const packages: Notice[] = [];
  let end = 0;
  lines.forEach((line, i) => {
    const row = /^\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|\s*$/.exec(line);
    if (!row) return;
    end = i + 1;
    if (row[1] !== 'package' && !/^-+$/.test(row[1])) packages.push({ name: row[1], version: row[2], licence: row[3] });
  });
  return { packages, texts: lines.slice(end).join('\n').trim() };
}
