import { Metadata, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ErrorCode, RestowError } from '../base/errors.ts';
import { fromServiceError, toServiceError } from './status.ts';

const codes: ErrorCode[] = [
  'invalid',
  'not-found',
  'already-exists',
  'ambiguous',
  'failed-precondition',
  'unschedulable',
  'busy',
  'unauthenticated',
  'denied',
  'unavailable',
  'timeout',
  'unsupported',
  'internal',
];

test('code, message and problems of a refusal survive the wire, in any script', () => {
  const problem = fc.record({ field: fc.string(), message: fc.string({ unit: 'grapheme', maxLength: 200 }) });
  fc.assert(
    fc.property(
      fc.constantFrom(...codes),
      fc.string({ unit: 'grapheme' }),
      fc.array(problem, { maxLength: 5 }),
      (code, message, problems) => {
        const back = fromServiceError(toServiceError(new RestowError(code, message, { problems })));
        expect(back).toMatchObject({ code, message, problems });
      },
    ),
  );
});

test('what would not fit into headers is cut, and says so', () => {
  const problems = Array.from({ length: 5000 }, (_, index) => ({
    field: `nodes[${index}]`,
    message: 'lacks tag prod',
  }));
  const sent = toServiceError(new RestowError('unschedulable', 'x'.repeat(100_000), { problems }));
  expect(sent.details).toHaveLength(8_000 + ' ... (92000 more characters)'.length);
  expect(String(sent.metadata.get('restow-error')[0]).length).toBeLessThanOrEqual(16_000);
  const back = fromServiceError(sent);
  expect(back.code).toBe('unschedulable');
  expect(back.problems.at(-1)?.message).toMatch(/^and \d+ more$/);
});

test('a sentence is never cut, nor sent, in the middle of a character', () => {
  for (const message of [`x${'\u{1f600}'.repeat(6000)}`, 'half a character: \ud83d'])
    expect(() => encodeURI(toServiceError(new RestowError('not-found', message)).details)).not.toThrow();
  expect(() => encodeURI('half a character: \ud83d')).toThrow(URIError);
});

test('errors of the connection itself name whom we dialled', () => {
  const bare = (code: status, details: string) =>
    Object.assign(new Error(details), { code, details, metadata: new Metadata() });
  expect(fromServiceError(bare(status.UNAVAILABLE, 'connect ECONNREFUSED'), '10.0.0.1:7300')).toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/^10\.0\.0\.1:7300 cannot be reached \(connect ECONNREFUSED\)/),
  });
  expect(fromServiceError(bare(status.DEADLINE_EXCEEDED, 'Deadline exceeded'), 'c:1').code).toBe('timeout');
});

test('anything but a RestowError is internal, and keeps its cause', () => {
  const bug = new TypeError('x is not a function');
  const sent = toServiceError(bug);
  expect(sent).toMatchObject({ code: status.INTERNAL, details: 'x is not a function', cause: bug });
});

test('a code of a newer version reads as internal, with its sentence', () => {
  const metadata = new Metadata();
  metadata.set('restow-error', '{"code":"from-the-future","problems":[]}');
  const error = Object.assign(new Error(''), { code: status.FAILED_PRECONDITION, details: 'Too early.', metadata });
  expect(fromServiceError(error)).toMatchObject({ code: 'internal', message: 'Too early.' });
});
