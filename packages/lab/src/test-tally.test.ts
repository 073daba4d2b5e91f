import { describe, expect, it } from 'vitest';
import { type TestReport, tallyLine, tallyTests } from './test-tally.ts';

const file = (status: string, ...tests: string[]): TestReport['testResults'][number] => ({
  name: 'some.test.ts',
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});
const report = (success: boolean, ...testResults: TestReport['testResults']): TestReport => ({ success, testResults });

describe('counting a test run', () => {
  it.each([
    [
      'adds up the files',
      report(true, file('passed', 'passed', 'passed'), file('passed', 'passed')),
      0,
      0,
      '3 passed, 0 failed, 0 skipped',
    ],
    [
      'counts failures one by one',
      report(false, file('failed', 'passed', 'failed', 'failed')),
      1,
      0,
      '1 passed, 2 failed, 0 skipped',
    ],
    [
      'counts whatever did not run as skipped',
      report(true, file('passed', 'passed', 'skipped', 'pending', 'todo')),
      0,
      0,
      '1 passed, 0 failed, 3 skipped',
    ],
    [
      'counts a file that did not load as one failure',
      report(false, file('failed'), file('passed', 'passed')),
      1,
      0,
      '1 passed, 1 failed, 0 skipped',
    ],
    [
      'counts a throwing hook as one failure beside what passed',
      report(false, file('failed', 'passed', 'skipped')),
      1,
      0,
      '1 passed, 1 failed, 1 skipped',
    ],
    [
      'counts an error that no test caught',
      report(false, file('passed', 'passed')),
      1,
      0,
      '1 passed, 1 failed, 0 skipped',
    ],
    [
      'counts a bad end that the report does not know of',
      report(true, file('passed', 'passed')),
      137,
      0,
      '1 passed, 1 failed, 0 skipped',
    ],
    ['counts a run without a report', null, 1, 0, '0 passed, 1 failed, 0 skipped'],
    ['adds failed checks', report(true, file('passed', 'passed')), 0, 1, '1 passed, 1 failed, 0 skipped'],
    ['does not let a failed check hide a bad end', null, 1, 1, '0 passed, 2 failed, 0 skipped'],
  ] as const)('%s', (_, given, exitCode, failedChecks, line) => {
    expect(tallyLine(tallyTests(given, exitCode, failedChecks))).toBe(line);
  });
});
