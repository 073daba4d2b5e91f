// Runs from source, so that there is a last line even when nothing could be built.
// Arguments: vitest's JSON report, its exit code, how many checks beside it failed.
import { existsSync, readFileSync } from 'node:fs';
import { type TestReport, tallyLine, tallyTests } from './test-tally.ts';

const [file = '', exitCode = '1', failedChecks = '0'] = process.argv.slice(2);
const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TestReport) : null;
const tally = tallyTests(report, Number(exitCode), Number(failedChecks));
process.stdout.write(`${tallyLine(tally)}\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;
