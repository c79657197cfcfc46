/** Rows to entities and back: camelCase to snake_case, JSON and booleans by name. Every statement stays plain SQL. */
import type { z } from 'zod';
import { AppError } from '../../shared/errors';
import { write, type Catalog } from './open';

const snake = (name: string) => name.replace(/[A-Z0-9]+/g, (m, at: number) => (at > 0 && /[A-Z]/.test(m) ? '_' : '') + m.toLowerCase());

type Plain = string | number | null;

export interface TableOptions<K> {
  /** For messages: "run", "checkpoint". */
  noun: string;
  json: readonly K[];
  boolean?: readonly K[];
  /** Fields of the entity that live elsewhere. */
  derived?: readonly K[];
}

export class Table<T extends { id: string }> {
  readonly columns: string;
  private readonly fields: (keyof T & string)[];

  constructor(readonly name: string, schema: z.ZodObject, private readonly options: TableOptions<keyof T & string>) {
    this.fields = (Object.keys(schema.shape) as (keyof T & string)[]).filter((f) => !options.derived?.includes(f));
    this.columns = this.fields.map((f) => `${name}.${snake(f)}`).join(', ');
  }

  /** SQL name of a field; undefined when the entity has no such column, so that a sort key can never inject SQL. */
  column(field: string): string | undefined {
    return this.fields.includes(field as keyof T & string) ? `${this.name}.${snake(field)}` : undefined;
  }

  private encode(field: keyof T & string, value: unknown): Plain {
    if (value === null || value === undefined) return null;
    if (this.options.json.includes(field)) return JSON.stringify(value);
    if (typeof value === 'boolean') return value ? 1 : 0;
    return value as Plain;
  }

  decode(row: Record<string, unknown>): T {
    const entity: Record<string, unknown> = {};
    for (const field of this.fields) {
      const value = row[snake(field)];
      if (value === null) entity[field] = null;
      else if (this.options.json.includes(field)) entity[field] = JSON.parse(value as string);
      else if (this.options.boolean?.includes(field)) entity[field] = value !== 0;
      else entity[field] = value;
    }
    return entity as T;
  }

  insert(catalog: Catalog, entity: T): void {
    const names = this.fields.map(snake);
    const sql = `INSERT INTO ${this.name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
    write(catalog, () => catalog.prepare(sql).run(...this.fields.map((f) => this.encode(f, entity[f]))));
  }

  find(catalog: Catalog, id: string): T | undefined {
    const row = catalog.prepare(`SELECT ${this.columns} FROM ${this.name} WHERE id = ?`).get(id) as Record<string, unknown> | undefined;
    return row && this.decode(row);
  }

  /** Throws `not-found` in words that say where to look. */
  get(catalog: Catalog, id: string, field?: string): T {
    const found = this.find(catalog, id);
    if (found) return found;
    const { noun } = this.options;
    throw new AppError('not-found', `There is no ${noun} with the id “${id}”.`, { hint: `List the ids with “${noun}s list”.`, field });
  }

  update(catalog: Catalog, id: string, patch: Partial<T>): void {
    const fields = this.fields.filter((f) => f in patch);
    if (fields.length === 0) return;
    const sql = `UPDATE ${this.name} SET ${fields.map((f) => `${snake(f)} = ?`).join(', ')} WHERE id = ?`;
    write(catalog, () => catalog.prepare(sql).run(...fields.map((f) => this.encode(f, patch[f])), id));
  }

  /** `tail` is everything after FROM: WHERE, ORDER BY, LIMIT. */
  select(catalog: Catalog, tail: string, ...params: Plain[]): T[] {
    return (catalog.prepare(`SELECT ${this.columns} FROM ${this.name} ${tail}`).all(...params) as Record<string, unknown>[]).map((row) => this.decode(row));
  }
}
