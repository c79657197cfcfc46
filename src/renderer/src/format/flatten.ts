/** Nested settings as dotted names with their values as text, in the order they stand. Lists stay together. */
export function flatten(value: Readonly<Record<string, unknown>>, prefix = ''): [key: string, value: string][] {
  return Object.entries(value).flatMap(([key, v]): [string, string][] => {
    const name = prefix ? `${prefix}.${key}` : key;
    if (v !== null && typeof v === 'object' && !Array.isArray(v)) return flatten(v as Record<string, unknown>, name);
    return [[name, v === null ? 'none' : Array.isArray(v) ? v.join(', ') : String(v)]];
  });
}
