import type { ServerResponse } from 'node:http';

/** Resolves after `delayMs`, or at once when the connection closes. 0 yields to the event loop. */
export function pause(response: ServerResponse, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (delayMs === 0) {
      setImmediate(resolve);
      return;
    }
    const timer = setTimeout(finish, delayMs);
    function finish(): void {
      clearTimeout(timer);
      response.off('close', finish);
      resolve();
    }
    response.once('close', finish);
  });
}

/** Resolves when the connection is closed. */
export function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.closed || response.destroyed) resolve();
    else response.once('close', resolve);
  });
}

/** Resolves when the response takes more bytes, or is closed. */
export function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.closed || response.destroyed || !response.writableNeedDrain) {
      resolve();
      return;
    }
    function finish(): void {
      response.off('drain', finish);
      response.off('close', finish);
      resolve();
    }
    response.once('drain', finish);
    response.once('close', finish);
  });
}
