/** What axe, a zoom of 200 % and a keyboard find on the page as it stands. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Findings of axe in both themes, as sentences. */
export async function axeFindings(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    found.push(...violations.map((v) => `${colorScheme}: ${v.id} ${v.nodes.map((n) => `${n.target.join(' ')} (${n.any[0]?.message})`).join(', ')}`));
  }
  return found;
}

/**
 * What does not fit: parts of the page that reach beyond its right edge and are in nothing that scrolls, and controls of the
 * content that cannot be scrolled to a place where a pointer hits them.
 */
export function layoutFindings(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const name = (e: Element) => `${e.tagName.toLowerCase()} "${(e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 40)}"`;
    const main = document.querySelector('main')!;
    const found: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
    if (main.scrollWidth > main.clientWidth) {
      const right = main.getBoundingClientRect().left + main.clientWidth + 1;
      const wide = [...main.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right + main.scrollLeft > right).filter((e, _, all) => !all.some((other) => other !== e && e.contains(other)));
      found.push(`the content is ${main.scrollWidth} wide in ${main.clientWidth}: ${wide.slice(0, 3).map(name).join(', ')}`);
    }
    const controls = [...document.querySelectorAll('main :is(a[href], button, input, select, textarea, [role=slider], [role=tab])')].filter((e) => {
      const style = getComputedStyle(e);
      const box = e.getBoundingClientRect();
      return !(e as HTMLButtonElement).disabled && style.visibility !== 'hidden' && style.opacity !== '0' && style.pointerEvents !== 'none' && box.width > 1 && box.height > 1 && !e.closest('[inert], [aria-hidden=true]');
    });
    for (const control of controls) {
      control.scrollIntoView({ block: 'center', inline: 'center' });
      await new Promise((resolve) => requestAnimationFrame(resolve));
      // A link may break over two lines.
      const box = control.getClientRects()[0];
      if (!box) continue;
      const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      const label = control.closest('label') ?? (control.id ? document.querySelector(`label[for="${CSS.escape(control.id)}"]`) : null);
      if (!hit || !(control.contains(hit) || label?.contains(hit))) found.push(`${name(control)} is covered by ${hit ? name(hit) : 'the edge'}`);
    }
    main.scrollTo(0, 0);
    return found;
  });
}
