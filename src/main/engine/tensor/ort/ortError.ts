/** ONNX Runtime's complaints, as far as a person can do something about them. */
import { AppError } from '../../../../shared/errors';

export function ortError(error: unknown): AppError {
  const message = error instanceof Error ? error.message : String(error);
  if (/failed to allocate|bad_alloc|out of memory/i.test(message)) return new AppError('no-memory', 'ONNX Runtime ran out of memory.', { hint: 'Choose a smaller batch size or model.', details: message });
  return new AppError('internal', `ONNX Runtime: ${message}`);
}
