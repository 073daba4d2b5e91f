import type { Announcer, News } from '../ports/announcer.ts';

/** News within this process: listeners are called at once, in the order they came. */
export const localAnnouncer = (): Announcer => {
  const listeners = new Set<(news: News) => void>();
  return {
    announce(news) {
      for (const listener of [...listeners]) listener(news);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
