/** What closing the window means while something is at work. */
import { dialog, type BrowserWindow } from 'electron';
import type { Run } from '../../shared/entities';

export type CloseChoice = 'background' | 'stop' | 'cancel';

const CHOICES: CloseChoice[] = ['background', 'stop', 'cancel'];

/** @param runs what is at work, running or waiting */
export async function askBeforeClosing(window: BrowserWindow, runs: Run[]): Promise<CloseChoice> {
  const [first] = runs;
  const what = runs.length === 1 && first ? `${first.name} is still at work.` : `${runs.length} runs are still at work or waiting.`;
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    title: 'FINE Studio',
    message: what,
    detail: 'In the background it goes on without a window; start FINE Studio again to see it. Stopping saves its state first, so that it can be resumed.',
    buttons: ['Keep running in the background', 'Stop and save', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  });
  return CHOICES[response] ?? 'cancel';
}
