import { stripVTControlCharacters, styleText } from 'node:util';
import type { Out } from '../io.ts';

/** Colours for what a person should see first. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

const as =
  (style: 'green' | 'red' | 'dim' | 'bold') =>
  (text: string): string =>
    styleText(style, text, { validateStream: false });

export const colours: Paint = { good: as('green'), bad: as('red'), dim: as('dim'), bold: as('bold') };

const same = (text: string): string => text;
export const noColours: Paint = { good: same, bad: same, dim: same, bold: same };

/** Colours only where a person looks, and not where NO_COLOR is set (to anything but nothing). */
export const paintFor = (out: Out, env: Record<string, string | undefined>): Paint =>
  out.isTTY && !env.NO_COLOR && env.TERM !== 'dumb' ? colours : noColours;

/** Characters a text takes on a line, colours left out. */
export const widthOf = (text: string): number => stripVTControlCharacters(text).length;
