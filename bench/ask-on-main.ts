import { ask, now } from './answer.ts';

/** A question that finds nobody is given up; whoever waits that long is as good as not served. Milliseconds. */
const patienceMs = 3000;

// `URL EVERY_MS`: asks at that pace, whether the earlier questions were answered or not, each on a connection of its own.
// One line a question, `{"asked", "ended", "answer"}`. Ends with its input, when all questions have come to an end.
const [url = '', everyMs = ''] = process.argv.slice(2);
const open = new Set<Promise<void>>();
const timer = setInterval(() => {
  const asked = now();
  const question = ask(url, patienceMs).then((answer) => {
    open.delete(question);
    process.stdout.write(`${JSON.stringify({ asked, ended: now(), answer })}\n`);
  });
  open.add(question);
}, Number(everyMs));
process.stdin.resume().on('end', async () => {
  clearInterval(timer);
  await Promise.all(open);
  process.exit();
});
