/** As much of vitest's JSON report as counting needs. */
export interface TestReport {
  success: boolean;
  testResults: { name: string; status: string; message?: string; assertionResults: { status: string }[] }[];
}

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Counts a run. A file that failed without any test of its own failing (it did not load, a hook threw) is one failure;
 * so is a run that ended badly although every test passed (an error that no test caught, no report at all), and every
 * failed check beside the tests. Pure.
 */
export function tallyTests(report: TestReport | null, exitCode: number, failedChecks = 0): Tally {
  const tally: Tally = { passed: 0, failed: failedChecks, skipped: 0 };
  for (const file of report?.testResults ?? []) {
    const count = (status: string) => file.assertionResults.filter((test) => test.status === status).length;
    const [passed, failed] = [count('passed'), count('failed')];
    tally.passed += passed;
    tally.failed += failed === 0 && file.status === 'failed' ? 1 : failed;
    tally.skipped += file.assertionResults.length - passed - failed;
  }
  const wentWell = exitCode === 0 && report !== null && report.success;
  if (!wentWell && tally.failed === failedChecks) tally.failed += 1;
  return tally;
}

/** The last line of every test run, for people and programs. */
export const tallyLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;
