import { expect, it } from 'vitest';
import { PullSum } from './pull-progress.ts';

it('adds up what the layers say, and counts each byte once', () => {
  const sum = new PullSum();
  const said = [
    { status: 'Pulling from app', id: 'v1' },
    { status: 'Pulling fs layer', id: 'a' },
    { status: 'Downloading', id: 'a', progressDetail: { current: 10, total: 100 } },
    { status: 'Downloading', id: 'b', progressDetail: { current: 5, total: 50 } },
    { status: 'Downloading', id: 'a', progressDetail: { current: 90, total: 100 } },
    { status: 'Verifying Checksum', id: 'a', progressDetail: {} },
    { status: 'Download complete', id: 'a', progressDetail: {} },
    { status: 'Extracting', id: 'a', progressDetail: { current: 3, total: 100 } },
    { status: 'Pull complete', id: 'a', progressDetail: {} },
    { status: 'Already exists', id: 'c', progressDetail: {} },
    { status: 'Download complete', id: 'b', progressDetail: {} },
  ].map((event) => sum.add(event));
  expect(said.map((news) => news && [news.current, news.total])).toEqual([
    ...[null, null, [10, 100], [15, 150], [95, 150], null, [105, 150], null, null, null, [150, 150]],
  ]);
  expect(sum.bytes).toBe(150);
});
