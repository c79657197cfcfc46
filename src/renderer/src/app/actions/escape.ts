/**
 * Who an Escape belongs to: what is open takes it, the window itself only when nothing is. Noted before anybody else hears of the key,
 * because what it closes is gone by the time that an action runs; that is why it listens from the moment that the code is loaded.
 */

/** What answers to Escape itself while it is open. */
const OPEN = '[role="dialog"], [role="menu"], [role="listbox"]';
let taken = false;

window.addEventListener(
  'keydown',
  (event) => {
    if (event.key !== 'Escape') return;
    // Some stay in the page while they are closed, without a box.
    taken = [...document.querySelectorAll(OPEN)].some((part) => part.getClientRects().length > 0);
    setTimeout(() => (taken = false));
  },
  { capture: true },
);

/** Whether the Escape that is being handled closes something that is open. */
export function isEscapeTaken(): boolean {
  return taken;
}
