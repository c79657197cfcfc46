/** The loopback server against foreign pages, missing tokens, garbage and paths that lead out of the data folder. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { serveHttp, type HttpHost } from '../../src/main/host/http';
import { Service } from '../../src/main/host/service';
import { safePath } from '../../src/main/host/static';
import { workerOptions } from '../helpers/service';

let home: string;
let service: Service;
let http: HttpHost;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'fine-http-'));
  const renderer = join(home, 'interface');
  mkdirSync(renderer);
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>FINE Studio</title>');
  service = new Service({ home, worker: workerOptions() });
  writeFileSync(join(home, 'samples', 'grid.png'), 'PNG');
  writeFileSync(join(home, 'samples', 'page.html'), '<script>1</script>');
  writeFileSync(join(home, 'secret.txt'), 'secret');
  symlinkSync(join(home, 'secret.txt'), join(home, 'samples', 'link.txt'));
  http = await serveHttp(service, { renderer });
});

afterAll(async () => {
  await http.close();
  await service.close();
  rmSync(home, { recursive: true, force: true });
});

interface Reply {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** As it is: no header added, no path folded. */
function raw(path: string, { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: http.port, path, method, agent: false, headers: { Host: `127.0.0.1:${http.port}`, ...headers } }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const bearer = () => ({ Authorization: `Bearer ${http.token}` });
const info = JSON.stringify({ id: 1, method: 'app.info', params: {} });
const api = (headers: Record<string, string>, body = info) => raw('/api', { method: 'POST', headers, body });

test.each([
  ['without a token', {}, 401],
  ['with a wrong token', { Authorization: 'Bearer wrong' }, 401],
  ['with the token', null, 200],
  ['with a foreign Host, as after DNS rebinding', { Host: 'evil.example' }, 403],
  ['with a Host that only begins like ours', { Host: '127.0.0.1.evil.example' }, 403],
  ['with a foreign Origin', { Origin: 'https://evil.example' }, 403],
  ['with the Origin of another local server', { Origin: 'http://127.0.0.1:1' }, 403],
  ['with the Origin null of a sandboxed page', { Origin: 'null' }, 403],
  ['from another site, by the browser’s own word', { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['from another port of this machine', { 'Sec-Fetch-Site': 'same-site' }, 403],
])('a request %s', async (_, headers, status) => {
  const token = status === 401 ? {} : bearer();
  expect((await api({ ...token, ...headers })).status).toBe(status);
});

test('a tunnel from another port is welcome when Host and Origin agree', async () => {
  expect((await api({ ...bearer(), Host: 'localhost:9999', Origin: 'http://localhost:9999' })).status).toBe(200);
});

test('a WebSocket wants the same', async () => {
  const attempt = (headers: Record<string, string>, path = '/ws') =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${http.port}${path}`, { headers });
      socket.on('open', () => {
        socket.close();
        resolve(101);
      });
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode!));
      socket.on('error', () => {});
    });
  expect(await attempt({})).toBe(401);
  expect(await attempt({}, `/ws?token=${http.token}`)).toBe(101);
  expect(await attempt(bearer())).toBe(101);
  expect(await attempt({ ...bearer(), Origin: 'https://evil.example' })).toBe(403);
  expect(await attempt({ ...bearer(), Host: 'evil.example' })).toBe(403);
  expect(await attempt(bearer(), '/other')).toBe(404);
});

test('the page needs no token, holds none, and allows no inline script', async () => {
  const page = await raw('/');
  expect(page.status).toBe(200);
  expect(page.body).not.toContain(http.token);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toMatch(/script-src 'self'(;|$)/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
});

test('files below the data folder come with their type, and only with the token', async () => {
  expect((await raw('/files/samples/grid.png')).status).toBe(401);
  const file = await raw(`/files/samples/grid.png?token=${http.token}`);
  expect(file).toMatchObject({ status: 200, body: 'PNG', headers: { 'content-type': 'image/png' } });
  expect((await raw('/files/samples/page.html', { headers: bearer() })).headers['content-disposition']).toBe('attachment');
});

test.each([
  '/files/../secret.txt', '/files/..%2fsecret.txt', '/files/samples/..%2f..%2fsecret.txt', '/files/samples/%2e%2e/secret.txt', '/files/%2fetc%2fpasswd', '/files//etc/passwd',
  '/files/samples/..%5c..%5csecret.txt', '/files/C:%5csecret', '/files/samples/link.txt', '/files/host.json', '/files/catalog.sqlite', '/files/secret.txt', '/files/samples', '/files/', '/files/samples/%00', '/files/samples/%zz', '/..%2fsecret.txt', '/%2e%2e/secret.txt',
])('%s leads nowhere', async (path) => {
  const reply = await raw(path, { headers: bearer() });
  expect(reply.status).toBe(404);
  expect(reply.body).not.toContain('secret');
});

test.each(['con', 'NUL', 'aux.txt', 'com1', 'lpt9.png', 'a.', 'a ', '.hidden', 'a:b', '..', ''])('the name “%s” is refused on every system', (name) => {
  expect(safePath('/data', `samples/${encodeURIComponent(name)}`)).toBeNull();
});

test.each(['bild ü 🙂.png', 'e\u0301.png', 'with space.png', '100%.png'])('the name “%s” makes the round trip', async (name) => {
  writeFileSync(join(home, 'samples', name), name);
  expect(await raw(`/files/samples/${encodeURIComponent(name)}`, { headers: bearer() })).toMatchObject({ status: 200 });
});

test.each(['', '{', 'null', '[]', '"x"', '{"id":1}', '{"id":{},"method":"app.info"}', '{"id":1,"method":"__proto__","params":{}}', '{"id":1,"method":"constructor"}', '{"id":1,"method":"runs.get","params":{"id":{"$ne":1}}}', '{"id":1,"method":"runs.list","params":{"sort":"id; DROP TABLE runs"}}', '[[[[', '{"id":1,"method":"runs.list","params":{"limit":1e99}}'])('garbage %s gets an error, and the server lives', async (body) => {
  const reply = await api(bearer(), body);
  expect(reply.status).toBe(200);
  expect(JSON.parse(reply.body)).toMatchObject({ error: { code: 'invalid-input', message: expect.any(String) } });
  expect((await api(bearer())).status).toBe(200);
});

test('random bytes on the wire, broken frames and oversized bodies change nothing', async () => {
  const noise = () =>
    new Promise<void>((resolve) => {
      const socket = connect(http.port, '127.0.0.1', () => socket.end(randomBytes(200)));
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      // Without a line end among the bytes the server waits for more.
      socket.setTimeout(200, () => socket.destroy());
      socket.resume();
    });
  await Promise.all(Array.from({ length: 20 }, noise));
  const socket = new WebSocket(`ws://127.0.0.1:${http.port}/ws`, { headers: bearer() });
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(randomBytes(50));
  const reply = await new Promise((resolve) => socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as { error?: { code: string } };
    if (message.error) resolve(message);
  }));
  expect(reply).toMatchObject({ id: null, error: { code: 'invalid-input' } });
  socket.close();
  // The server may cut the connection before it has read all; whatever the client sees, it is no success.
  const large = await api(bearer(), 'x'.repeat(9 * 2 ** 20)).catch(() => ({ status: 413 }));
  expect(large.status).toBe(413);
  expect((await api(bearer())).status).toBe(200);
});

test('methods other than the expected ones are refused', async () => {
  expect((await raw('/api', { headers: bearer() })).status).toBe(405);
  expect((await raw('/', { method: 'DELETE' })).status).toBe(405);
});

test('a port that is taken is said in words', async () => {
  await expect(serveHttp(service, { port: http.port, renderer: home })).rejects.toMatchObject({ code: 'conflict', field: 'port' });
});
