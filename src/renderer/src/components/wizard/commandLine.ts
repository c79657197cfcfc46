/** The command that does what a form would do, for `fine-studio` in a shell. */

type Flag = string | number | boolean | null | undefined | readonly (string | number)[];

/** Quoted so that a POSIX shell takes it as one word. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A list repeats its flag, true is the bare flag, what is null, undefined or false is left out. */
export function commandLine(command: string, flags: Readonly<Record<string, Flag>>): string {
  const words = Object.entries(flags).flatMap(([name, value]) => {
    if (value === null || value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    const values = Array.isArray(value) ? value : [value];
    return values.flatMap((v) => [`--${name}`, word(String(v))]);
  });
  return ['fine-studio', command, ...words].join(' ');
}
