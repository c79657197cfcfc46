/**
 * The service over loopback HTTP and WebSocket, for browsers and other processes of the same person.
 *
 * What guards it: it listens on 127.0.0.1 alone; the Host header must name a loopback address, which defeats DNS rebinding;
 * an Origin, when sent, must be this very server, which defeats other pages; and all but the interface's own static files wants
 * the token of this start. The token travels in the fragment of the address, which browsers send to nobody.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError, type ErrorInfo } from '../../shared/errors';
import type { Service } from './service';
import { sendFile } from './static';
import { answerText } from './wire';
import { serveSockets, type SocketServer } from './sockets';

const MAX_BODY = 8 * 2 ** 20;

export interface HttpOptions {
  /** 0 takes a free one. */
  port?: number;
  /** A fresh random one by default. */
  token?: string;
  /** Folder of the built interface. */
  renderer: string;
}

export interface HttpHost {
  port: number;
  token: string;
  /** Address to open in a browser, with the token in its fragment. */
  url: string;
  /** WebSocket connections that are open. */
  clients(): number;
  close(): Promise<void>;
}

/** Errors: `conflict` when the port is taken. */
export async function serveHttp(service: Service, { port = 0, token = randomBytes(24).toString('base64url'), renderer }: HttpOptions): Promise<HttpHost> {
  const guard = new Guard(token);
  const server = createServer((request, response) => void handle(request, response, service, guard, renderer));
  const sockets: SocketServer = serveSockets(service);
  server.on('upgrade', (request, socket: Duplex, head) => {
    const refused = guard.check(request, true) ?? (pathOf(request) === '/ws' ? null : { status: 404, error: notFound() });
    if (refused) socket.end(`HTTP/1.1 ${refused.status} ${refused.status === 404 ? 'Not Found' : refused.status === 401 ? 'Unauthorized' : 'Forbidden'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    else sockets.upgrade(request, socket, head);
  });
  await listen(server, port);
  const actual = (server.address() as AddressInfo).port;
  return {
    port: actual,
    token,
    url: `http://127.0.0.1:${actual}/#token=${token}`,
    clients: () => sockets.clients,
    close: async () => {
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? new AppError('conflict', `The port ${port} cannot be used (${error.code}).`, { hint: 'Choose another one with --port, or leave it out to take a free one.', field: 'port' }) : error));
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

interface Refusal {
  status: number;
  error: ErrorInfo;
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;

class Guard {
  private readonly digest: Buffer;

  constructor(token: string) {
    this.digest = sha256(token);
  }

  /** null when the request may pass. The port of the Host may differ from ours, as behind an SSH tunnel; its name may not. */
  check(request: IncomingMessage, needsToken: boolean): Refusal | null {
    const host = request.headers.host ?? '';
    if (!LOOPBACK.test(host)) return refusal(403, 'This server answers on its loopback address only.');
    const { origin } = request.headers;
    if (origin !== undefined && origin !== `http://${host}`) return refusal(403, 'Another page may not use this server.');
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return refusal(403, 'Another page may not use this server.');
    if (!needsToken || this.holdsToken(request)) return null;
    return refusal(401, 'The token is missing or wrong.', 'Open the address that the program printed when it started.');
  }

  private holdsToken(request: IncomingMessage): boolean {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const given = bearer ?? urlOf(request).searchParams.get('token');
    // Equal length and constant time by comparing digests.
    return given !== null && given !== undefined && timingSafeEqual(sha256(given), this.digest);
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const refusal = (status: number, message: string, hint?: string): Refusal => ({ status, error: new AppError('unauthorised', message, { hint }).toInfo() });
const notFound = () => new AppError('not-found', 'There is nothing at this address.').toInfo();

/** The request's address; a malformed one becomes a path that nothing serves. */
function urlOf(request: IncomingMessage): URL {
  return URL.parse(request.url ?? '/', 'http://127.0.0.1') ?? new URL('http://127.0.0.1/malformed');
}

/** Not decoded: what a segment means is for `sendFile` to judge. `URL` has already folded dots away, encoded ones too. */
const pathOf = (request: IncomingMessage) => urlOf(request).pathname;

async function handle(request: IncomingMessage, response: ServerResponse, service: Service, guard: Guard, renderer: string): Promise<void> {
  secure(response);
  const path = pathOf(request);
  const isApi = path === '/api';
  const isFile = path.startsWith('/files/');
  const refused = guard.check(request, isApi || isFile);
  try {
    if (refused) sendJson(response, refused.status, { id: null, error: refused.error });
    else if (isApi && request.method === 'POST') sendJson(response, 200, await answerText(service, await body(request)));
    else if (isApi || (request.method !== 'GET' && request.method !== 'HEAD')) sendJson(response, 405, { id: null, error: new AppError('invalid-input', 'This method is not allowed here.').toInfo() });
    else if (isFile ? !(await sendFile(response, service.home.root, path.slice('/files/'.length), 'files')) : !(await sendFile(response, renderer, path === '/' ? 'index.html' : path.slice(1), 'interface'))) sendJson(response, 404, { id: null, error: notFound() });
  } catch (error) {
    // A client that went away, or a body that is too large: this request ends, the server goes on.
    const info = error instanceof AppError ? error.toInfo() : new AppError('internal', 'The request could not be answered.').toInfo();
    // What is left of an oversized body is not read, so the connection cannot serve another request.
    if (!response.headersSent) response.setHeader('Connection', 'close');
    if (response.headersSent) response.destroy();
    else sendJson(response, info.code === 'invalid-input' ? 413 : 500, { id: null, error: info });
  }
}

/** Scripts only from this server; inline styles are allowed because charts and the component library set them. */
function secure(response: ServerResponse): void {
  response.setHeader('Content-Security-Policy', "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws://127.0.0.1:* ws://localhost:*; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' }).end(JSON.stringify(value));
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new AppError('invalid-input', `The request is larger than ${MAX_BODY / 2 ** 20} MiB.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
