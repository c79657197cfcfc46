/** The application in a real browser, on a data folder of its own: what every file of tests in the browser begins with. */
import type { Browser, Page } from 'playwright-core';
import { type Application, call, startApplication, temporaryFolders } from './application';
import { launchBrowser } from './chromium';
import { heading, WizardForm } from './pages';

/** For what follows a click over the network. */
export const SOON = { timeout: 10_000 };

/** A model that trains in a second, and how. */
const TINY = { datasetId: 'builtin:emoji', hiddenSize: 16, depth: 1, heads: 2, patchSize: 8 };
const QUICK = { steps: 8, batchSize: 2, warmupSteps: 0, sampleEvery: 0 };

export class Studio {
  readonly wizard: WizardForm;
  /** What the page has complained of in its console. */
  readonly problems: string[] = [];

  private constructor(readonly application: Application, private readonly browser: Browser, readonly page: Page, private readonly folders: ReturnType<typeof temporaryFolders>) {
    this.wizard = new WizardForm(page);
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && this.problems.push(message.text()));
  }

  /** The window stands on Home. `name` is that of the data folder. */
  static async start(name: string): Promise<Studio> {
    const folders = temporaryFolders();
    const application = await startApplication(folders.make(name));
    try {
      const browser = await launchBrowser();
      const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'] });
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      const studio = new Studio(application, browser, page, folders);
      await page.goto(application.url);
      return studio;
    } catch (error) {
      await application.stop();
      throw error;
    }
  }

  /** A further temporary folder. */
  folder(name: string): string {
    return this.folders.make(name);
  }

  /** Asks the host directly, past the window. */
  readonly call = (method: string, params: object = {}): Promise<any> => call(this.application, method, params);

  async open(path: string, name: string | RegExp): Promise<void> {
    await this.page.goto(`${new URL(this.application.url).origin}/#${path}`);
    await heading(this.page, name).waitFor();
  }

  /** Starts a pretraining of a tiny model past the window; gives the id of its run. */
  async pretrain(name: string, train: object = {}, model: object = {}): Promise<string> {
    const { runs } = await this.call('runs.start', { kind: 'pretrain', params: { ...TINY, ...model, name, train: { ...QUICK, ...train } } });
    return runs[0].id;
  }

  /** Waits for a run to end in one way; gives it. */
  async ended(runId: string, status = 'completed', timeoutMs = 60_000): Promise<any> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const run = await this.call('runs.get', { id: runId });
      if (run.status === status) return run;
      if (run.status === 'failed' || Date.now() > until) throw new Error(`The run ${run.name} is ${run.status}, not ${status}: ${JSON.stringify(run.error)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** The checkpoint that a run leaves, once it has. */
  async checkpointOf(runId: string): Promise<string> {
    await this.ended(runId);
    return (await this.call('checkpoints.list', { runId }))[0].id;
  }

  /** What stands in the clipboard. */
  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.application.stop();
    this.folders.remove();
  }
}
