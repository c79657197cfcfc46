/** The third-party notices of the distribution, taken apart: works, packages, and the text of each licence. */

export interface PackageNotice {
  name: string;
  version: string;
  licence: string;
}

export interface Notices {
  /** Works that are no packages, one line of Markdown each. */
  works: string[];
  packages: PackageNotice[];
  /** Licence texts by the name of the package. */
  texts: ReadonlyMap<string, string>;
}

/** Reads the notices file: a list of works, a table `| package | version | licence |`, then `### names` with indented texts. */
export function parseNotices(markdown: string): Notices {
  const [head, ...sections] = markdown.split(/^### /m);
  const works: string[] = [];
  const packages: PackageNotice[] = [];
  for (const line of head.split('\n')) {
    if (line.startsWith('- ')) works.push(line.slice(2).trim());
    const row = /^\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|\s*$/.exec(line);
    if (row && row[1] !== 'package' && !/^-+$/.test(row[1])) packages.push({ name: row[1], version: row[2], licence: row[3] });
  }
  const texts = new Map<string, string>();
  for (const section of sections) {
    const end = section.indexOf('\n');
    const text = section.slice(end + 1).replace(/^ {4}/gm, '').trim();
    for (const name of section.slice(0, end).split(', ')) texts.set(name.trim(), text);
  }
  return { works, packages, texts };
}

/** A line of Markdown as a person reads it: no stars, links by their words. */
export function plain(markdown: string): string {
  return markdown.replace(/\*\*/g, '').replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').replace(/<(https?:[^>]+)>/g, '$1');
}
