import type { PinnedImage } from '@restow/shared/domain/revision';
import type { SlotPort } from '@restow/shared/domain/view';
import type { Look } from './look.ts';

/** What stands where there is nothing. */
export const none = '-';

/** The first 8 characters of a uuid, which every command takes for the whole. */
export const shortId = (id: string | null, { trunc }: Pick<Look, 'trunc'>): string =>
  id === null ? none : trunc ? id.slice(0, 8) : id;

/** `0.6 s`, `12.3 s`, `2 min 5 s`. */
export const seconds = (ms: number): string => {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
};

/** A setting as it is typed: `500ms`, `10s`, `2m`. */
export const duration = (ms: number): string => {
  if (ms % 1000 !== 0) return `${ms}ms`;
  return ms > 0 && ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1000}s`;
};

/** `5 s`, `3 min`, `7 h`, `12 d` since then. */
export const since = (then: number | null, now: number): string => {
  if (then === null) return none;
  const s = Math.max(0, Math.round((now - then) / 1000));
  if (s < 120) return `${s} s`;
  if (s < 7200) return `${Math.floor(s / 60)} min`;
  return s < 172_800 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86_400)} d`;
};

export const ago = (then: number | null, now: number): string => (then === null ? none : `${since(then, now)} ago`);

/** A moment in UTC: `2026-01-02 03:04:05Z`. */
export const moment = (ms: number | null): string =>
  ms === null ? none : new Date(ms).toISOString().replace('T', ' ').replace(/\.\d+/, '');

/** `1.5 GiB`, `256 MiB`. */
export const bytes = (count: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const at = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  const amount = count / 2 ** (10 * at);
  return `${amount >= 100 || Number.isInteger(amount) ? Math.round(amount) : amount.toFixed(1)} ${units[at]}`;
};

/** The reference people gave and the digest it stands for: `app:v2 (ab12cd34ef56)`. */
export const imageLabel = (image: PinnedImage | null, { trunc }: Pick<Look, 'trunc'>): string => {
  if (image === null) return none;
  const id = image.kind === 'digest' ? image.digest : image.imageId;
  const shown = trunc ? id.replace(/^sha256:/, '').slice(0, 12) : id;
  const name = image.reference.replace(/@sha256:[0-9a-f]+$/, '');
  const only = image.kind === 'local' ? ', on one node only' : '';
  return shown === '' ? name : `${name} (${shown}${only})`;
};

/** `8080->80/tcp`. */
export const portLabel = ({ hostPort, containerPort, protocol }: SlotPort): string =>
  hostPort === null ? `${containerPort}/${protocol}` : `${hostPort}->${containerPort}/${protocol}`;

export const listed = (items: string[]): string => (items.length === 0 ? none : items.join(', '));

/** `1 slot`, `3 slots`. */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
