/** What closing the window means while something is at work. */
import { dialog, type BrowserWindow } from 'electron';

export type CloseChoice = 'background' | 'stop' | 'cancel';

const CHOICES: CloseChoice[] = ['background', 'stop', 'cancel'];

/**
 * @param window null when the application goes on without one, and is asked to quit
 * @param names what is at work, running or waiting
 */
export async function askBeforeClosing(window: BrowserWindow | null, names: string[]): Promise<CloseChoice> {
  const question = {
    type: 'question' as const,
    title: 'FINE Studio',
    message: names.length === 1 ? `${names[0]} is still at work.` : `${names.length} jobs are still at work or waiting.`,
    detail: 'In the background it goes on without a window; start FINE Studio again to see it. Stopping saves the state of a run first, so that it can be resumed; shorter jobs are cancelled.',
    buttons: ['Keep running in the background', 'Stop and save', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  };
  const { response } = await (window ? dialog.showMessageBox(window, question) : dialog.showMessageBox(question));
  return CHOICES[response] ?? 'cancel';
}
