/** Requests as they come over any transport: unknown data in, one answer out, never an exception. */
import { AppError, toErrorInfo } from '../../shared/errors';
import { requestSchema, type ServerMessage } from '../../shared/protocol';
import type { Service } from './service';

/** The answer to one raw request. Whatever is wrong with it becomes an error reply that carries its id when it had one. */
export async function answer(service: Service, raw: unknown): Promise<ServerMessage> {
  const parsed = requestSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const method = issue.path[0] === 'method';
    const error = new AppError('invalid-input', method ? 'The request names no known method.' : 'The request is not of the form { id, method, params }.', { hint: 'The window and the host may be of different versions: start the application again.', field: issue.path.map(String).join('.') || undefined });
    return { id: idOf(raw), error: error.toInfo() };
  }
  const { id, method, params } = parsed.data;
  try {
    return { id, result: await service.call(method, params) };
  } catch (error) {
    return { id, error: toErrorInfo(error) };
  }
}

/** As `answer`, from text. */
export async function answerText(service: Service, text: string): Promise<ServerMessage> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { id: null, error: new AppError('invalid-input', 'The request is not JSON.', { cause: (error as Error).message }).toInfo() };
  }
  return answer(service, raw);
}

function idOf(raw: unknown): string | number | null {
  const id = raw !== null && typeof raw === 'object' ? (raw as { id?: unknown }).id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
