import { expect, test } from 'vitest';
import { wantedScales } from './scales.ts';

const wanted = (...words: string[]) => {
  const scales = wantedScales(words);
  return scales.ok ? scales.value.map(({ service, count }) => `${service} ${count}`) : scales.refusal;
};

test('each service with its number', () =>
  expect(wanted('web=5', 'worker=2', 'db=0')).toEqual(['web 5', 'worker 2', 'db 0']));

test("one number for all before it, as Docker Cloud's client had it", () => {
  expect(wanted('web', '5')).toEqual(['web 5']);
  expect(wanted('web', '7', '5')).toEqual(['web 5', '7 5']);
});

test('anything else is refused, each word by itself', () => {
  expect(wanted('web', 'x=many', 'y=-1', '=3')).toEqual([
    '"web" is not SERVICE=COUNT, such as web=5',
    '"x=many" is not SERVICE=COUNT, such as web=5',
    '"y=-1" is not SERVICE=COUNT, such as web=5',
    '"=3" is not SERVICE=COUNT, such as web=5',
  ]);
  expect(wanted('5')).toEqual(['"5" is not SERVICE=COUNT, such as web=5']);
  expect(wanted('web=1', '5')).toEqual(['"5" is not SERVICE=COUNT, such as web=5']);
  expect(wanted('web=1', 'web=2')).toEqual(['web is named twice']);
});
