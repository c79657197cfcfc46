/** The service over a channel of messages: a process's IPC, as the Electron shell uses it, or a MessagePort. */
import type { ServerMessage } from '../../shared/protocol';
import type { Service } from './service';
import { answer } from './wire';

export interface Channel {
  post(message: ServerMessage): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Answers every message and posts every event from now on; returns the function that stops the events. */
export function serveChannel(service: Service, channel: Channel): () => void {
  channel.onMessage((message) => void answer(service, message).then((reply) => channel.post(reply)));
  return service.onEvent((event) => channel.post({ event }));
}

/** The channel to the parent process; null when it was not started with one. */
export function parentChannel(): Channel | null {
  if (!process.send) return null;
  return {
    post: (message) => {
      if (process.connected) process.send!(message, undefined, undefined, () => {});
    },
    onMessage: (listener) => void process.on('message', listener),
  };
}
