/** A form of an object schema in which nothing is required and nothing is filled in. */
import { z } from 'zod';

type Unfilled<S extends z.ZodRawShape> = { [K in keyof S]: z.ZodOptional<S[K] extends z.ZodDefault<infer Inner> ? Inner : S[K]> };

/**
 * Unlike `schema.partial()`, which puts a field's default where the field is absent: whoever reads the result can tell what was
 * left out, and give it the default of the case at hand.
 */
export function partialWithoutDefaults<S extends z.ZodRawShape>(schema: z.ZodObject<S>): z.ZodObject<Unfilled<S>> {
  const shape = Object.fromEntries(Object.entries(schema.shape).map(([key, field]) => [key, z.optional(field instanceof z.ZodDefault ? field.unwrap() : field)]));
  return z.object(shape) as unknown as z.ZodObject<Unfilled<S>>;
}
