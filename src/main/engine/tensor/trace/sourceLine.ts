/** Where in our code an op was called, for messages and dumps. */

const INSIDE = /node_modules|@tensorflow|tfjs-|\/engine\/tensor\/(?!.*\.test\.)|node:internal/;

/** "file.ts:12" of the nearest caller outside tfjs and this folder; empty when the stack names none. */
export function sourceLine(stack = callStack()): string {
  for (const line of stack.split('\n').slice(1)) {
    const match = /\(?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()\s]+):(\d+):\d+\)?$/.exec(line.trim());
    if (!match || INSIDE.test(match[1].replaceAll('\\', '/'))) continue;
    return `${match[1].replaceAll('\\', '/').split('/').slice(-2).join('/')}:${match[2]}`;
  }
  return '';
}

function callStack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = limit;
  return stack;
}
