import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings } from '../support/accessibility';
import { launchBrowser } from '../support/chromium';
import { startApplication, temporaryFolders, type Application } from '../support/application';

/** Screens that need nothing to be there, with the heading that a person looks for. */
const SCREENS: [string, RegExp][] = [
  ['/', /FINE Studio|Home|Welcome/i],
  ['/runs', /Runs/],
  ['/queue', /Queue/],
  ['/data', /Data/],
  ['/data/add', /Add/],
  ['/learngenes', /Learngenes/],
  ['/checkpoints', /Checkpoints/],
  ['/lineage', /Lineage/],
  ['/sizes', /Size/],
  ['/bench', /Bench/],
  ['/pretrain', /retrain/],
  ['/extract', /xtract/],
  ['/initialize', /nitialise/],
  ['/train', /rain/],
  ['/export', /xport/],
  ['/backends', /Backends/],
  ['/settings', /Settings/],
  ['/about', /About/],
];

const folders = temporaryFolders();
let browser: Browser;
let application: Application;
let context: BrowserContext;
let page: Page;
const problems: string[] = [];
/** Where the window has asked for something. */
const asked = new Set<string>();

beforeAll(async () => {
  application = await startApplication(folders.make('opens'));
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  page.on('websocket', (socket) => asked.add(new URL(socket.url()).origin.replace('ws:', 'http:')));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
});

afterAll(async () => {
  await browser?.close();
  await application?.stop();
  folders.remove();
});

async function open(path: string): Promise<void> {
  const address = new URL(application.url);
  await page.goto(`${address.origin}/#${path}`);
}

describe('the application in a browser', () => {
  it('opens from the printed address and offers the two ways to begin', async () => {
    await page.goto(application.url);
    await page.getByRole('button', { name: /demo/i }).or(page.getByRole('link', { name: /demo/i })).first().waitFor();
    await page.getByRole('link', { name: /from my images/i }).or(page.getByRole('button', { name: /from my images/i })).first().waitFor();
  });

  it('keeps the token out of the address bar', () => {
    expect(page.url()).not.toContain(application.token);
  });

  it.each(SCREENS)('%s has its heading and no finding of axe in either theme', async (path, heading) => {
    await open(path);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('has asked nobody but its own host for anything', () => {
    const own = new URL(application.url).origin;
    // Pictures that are in the page itself have no origin.
    expect([...asked].filter((origin) => origin !== 'null')).toEqual([own]);
  });

  it('has raised no error in the console', () => {
    expect(problems).toEqual([]);
  });
});
