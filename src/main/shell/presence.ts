/** How running work shows outside the window: taskbar progress, a notification at the end, a machine that stays awake. */
import { Notification, powerSaveBlocker, type BrowserWindow } from 'electron';
import type { Settings } from '../../shared/protocol';
import type { Activity, RunEnd } from './activity';

export class Presence {
  private blocker: number | null = null;
  private settings: Pick<Settings, 'notifications' | 'keepAwake'> = { notifications: true, keepAwake: true };

  constructor(private readonly activity: Activity, private readonly window: () => BrowserWindow | null) {}

  apply(settings: Pick<Settings, 'notifications' | 'keepAwake'>): void {
    this.settings = settings;
    this.update();
  }

  update(): void {
    this.window()?.setProgressBar(this.activity.fraction ?? -1);
    const stayAwake = this.activity.busy && this.settings.keepAwake;
    if (stayAwake && this.blocker === null) this.blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!stayAwake && this.blocker !== null) {
      powerSaveBlocker.stop(this.blocker);
      this.blocker = null;
    }
  }

  /** Only when the person looks elsewhere. @param show what a click on the notification does */
  announce(end: RunEnd, show: () => void): void {
    if (!this.settings.notifications || !Notification.isSupported() || this.window()?.isFocused()) return;
    const notification = new Notification({ title: end.title, body: end.body, silent: true });
    notification.on('click', show);
    notification.show();
  }
}
