/** The custom protocol that takes the place of file:// addresses. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { protocol, type Protocol } from 'electron';
import { APP_SCHEME } from '../../shared/bridge';
import { findAppFile } from './appFiles';

/** Before the application is ready: gives the scheme an origin, so that storage, fetch and the policy work as on the web. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

/** @param home gives the data folder, once the host has told it */
export function serveScheme(target: Protocol, renderer: string, home: () => Promise<string>): void {
  target.handle(APP_SCHEME, async (request) => {
    if (request.method !== 'GET') return new Response(null, { status: 405 });
    const file = await findAppFile(request.url, renderer, home);
    if (!file) return new Response('There is nothing at this address.', { status: 404, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
    return new Response(Readable.toWeb(createReadStream(file.path)) as ReadableStream, { headers: { ...file.headers, 'Content-Length': String(file.size) } });
  });
}
