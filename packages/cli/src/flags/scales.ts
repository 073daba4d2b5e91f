import { ok, type Result, refused } from '@restow/shared/base/result';
import { parseWholeNumber } from './whole-number.ts';

/** A service and how many of it are to run. */
export interface Scale {
  service: string;
  count: number;
}

/**
 * `web=5 worker=2`, or as Docker Cloud's client had it one number for all services named before it: `web worker 5`. The
 * refusal: what is wrong with each word. Pure.
 */
export const wantedScales = (words: readonly string[]): Result<Scale[], string[]> => {
  const last = words.at(-1) ?? '';
  const names = words.slice(0, -1);
  if (names.length > 0 && /^\d+$/.test(last) && names.every((name) => !name.includes('=')))
    return firstOnly(names.map((service) => ({ service, count: Number(last) })));
  const wrong: string[] = [];
  const scales = words.flatMap((word): Scale[] => {
    const [, service = '', count = ''] = /^([^=]+)=(.*)$/.exec(word) ?? [];
    // None at all is refused by the coordinator, whoever asks.
    const number = parseWholeNumber(count, 0);
    if (number.ok) return [{ service, count: number.value }];
    wrong.push(`"${word}" is not SERVICE=COUNT, such as web=5`);
    return [];
  });
  return wrong.length > 0 ? refused(wrong) : firstOnly(scales);
};

/** One service has one number. */
const firstOnly = (scales: Scale[]): Result<Scale[], string[]> => {
  const twice = scales.filter(({ service }, at) => scales.findIndex((other) => other.service === service) !== at);
  return twice.length > 0 ? refused(twice.map(({ service }) => `${service} is named twice`)) : ok(scales);
};
