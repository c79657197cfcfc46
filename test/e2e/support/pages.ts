/** The screens as a person names their parts: by role and label, never by class or structure. */
import type { Locator, Page } from 'playwright-core';

export const heading = (page: Page, name: string | RegExp): Locator => page.getByRole('heading', { level: 1, name });

/** The form of a wizard: every step's fields are labelled, Enter goes on, the step's heading takes the focus. */
export class WizardForm {
  constructor(private readonly page: Page) {}

  async enter(values: Record<string, string | number>): Promise<void> {
    for (const [label, value] of Object.entries(values)) await this.page.getByRole('textbox', { name: label, exact: true }).fill(String(value));
  }

  async next(title: string): Promise<void> {
    await this.page.getByRole('button', { name: `Next: ${title}` }).click();
    await this.page.getByRole('heading', { level: 2, name: title }).waitFor();
  }

  /** A link that brings what the first step asks for leads to the second. */
  async at(title: string): Promise<void> {
    await this.page.getByRole('heading', { level: 2, name: title }).waitFor();
  }

  async submit(label: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name: label }).click();
  }
}

/** Waits for the run on screen to end well. */
export async function waitForRun(page: Page, timeout = 60_000): Promise<void> {
  await page.getByRole('main').getByText('Completed', { exact: true }).first().waitFor({ timeout });
}

/** Moves the focus with the Tab key until it is on `target`. */
export async function tabTo(page: Page, target: Locator, most = 80): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab did not reach ${target} in ${most} steps.`);
}
