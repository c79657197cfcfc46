/** The one error type that crosses a boundary; everything else is a bug and is shown as `internal`. */

export const ERROR_CODES = [
  'invalid-input', // a value the person gave cannot work
  'not-found', // an id or a path that does not exist
  'conflict', // the action does not fit the present state
  'format', // a file is not what it should be
  'checksum', // a file's bytes changed since they were written
  'no-space', // the disk lacks room
  'no-memory', // the model does not fit this machine
  'unsupported', // this build or machine cannot do it
  'cancelled', // the person stopped it
  'diverged', // loss or gradient became NaN or infinite
  'crashed', // a helper process ended unexpectedly
  'unauthorised', // token, Host or Origin did not match
  'internal', // a bug
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What is sent over a wire: plain data. */
export interface ErrorInfo {
  code: ErrorCode;
  /** What happened, in words for a person. */
  message: string;
  /** The likely cause. */
  cause?: string;
  /** What to do next. */
  hint?: string;
  /** The form field it belongs to, as a dotted path of the request's parameters. */
  field?: string;
  /** Anything that helps a report: numbers, names, a stack. */
  details?: unknown;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint?: string;
  readonly why?: string;
  readonly field?: string;
  readonly details?: unknown;

  constructor(code: ErrorCode, message: string, extra: { cause?: string; hint?: string; field?: string; details?: unknown } = {}) {
    super(message);
    this.name = 'AppError';
    this.code = code;
    this.why = extra.cause;
    this.hint = extra.hint;
    this.field = extra.field;
    this.details = extra.details;
  }

  toInfo(): ErrorInfo {
    return { code: this.code, message: this.message, cause: this.why, hint: this.hint, field: this.field, details: this.details };
  }

  static fromInfo(info: ErrorInfo): AppError {
    return new AppError(info.code, info.message, info);
  }
}

/** Any thrown value as `ErrorInfo`: an `AppError` as it is, anything else as a bug with its stack kept. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof AppError) return error.toInfo();
  if (error instanceof Error) return { code: 'internal', message: error.message, details: { stack: error.stack } };
  return { code: 'internal', message: String(error) };
}

/** One text for a terminal: what, why, what to do. */
export function describeError(info: ErrorInfo): string {
  return [info.message, info.cause && `Likely cause: ${info.cause}`, info.hint && `What to do: ${info.hint}`].filter(Boolean).join('\n');
}
