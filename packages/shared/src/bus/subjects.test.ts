import { expect, test } from 'vitest';
import { deploymentEventSubject, logFilter, logSubject, parseLogSubject } from './subjects.ts';

const place = { nodeId: 'n-1', serviceId: 's-1', deploymentId: 'd-1', slotIndex: 3 };

test('a subject names node, service, deployment and slot, and can be read back', () => {
  expect(logSubject(place)).toBe('logs.n-1.s-1.d-1.3');
  expect(parseLogSubject(logSubject(place))).toEqual(place);
});

test('a filter leaves open what was not given', () => {
  expect(logFilter({ serviceId: 's-1' })).toBe('logs.*.s-1.*.*');
  expect(logFilter({ serviceId: 's-1', deploymentId: 'd-1', slotIndex: 2 })).toBe('logs.*.s-1.d-1.2');
  expect(logFilter({ nodeId: 'n-1' })).toBe('logs.n-1.*.*.*');
});

test.each(['', 'logs', 'logs.n.s.d', 'logs.n.s.d.0', 'logs.n.s.d.x', 'logs.n.s.d.1.2', 'evt.n.s.d.1', 'logs..s.d.1'])(
  'no subject of ours: "%s"',
  (subject) => {
    expect(parseLogSubject(subject)).toBeNull();
  },
);

test.each(['a.b', '*', '>', '', 'a b'])('"%s" is refused as part of a subject', (id) => {
  expect(() => logSubject({ ...place, nodeId: id })).toThrow(RangeError);
  expect(() => logFilter({ serviceId: id })).toThrow(RangeError);
  expect(() => deploymentEventSubject(id)).toThrow(RangeError);
});
