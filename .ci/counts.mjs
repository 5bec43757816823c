// Keeps what each runner counted, and adds it up.
//   go test -json | counts.mjs go            prints the usual output, fails when a test failed
//   counts.mjs vitest FILE                   reads the runner's own JSON report
//   counts.mjs playwright FILE SUITE
//   counts.mjs total                         prints "tests: N passed, N failed"
// In CI a skipped test is a failure, because there nothing may be missing.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const folder = '.cache/counts';
const [, , kind, file, suite] = process.argv;

/** Writes one runner's numbers and returns the exit code they deserve. */
function keep(name, counts) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.json`, JSON.stringify(counts));
  const { passed, failed, skipped } = counts;
  process.stdout.write(`${name}: ${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`);
  if (passed + failed === 0) {
    process.stderr.write(`${name}: no test ran\n`);
    return 1;
  }
  if (skipped > 0 && process.env.CI === 'true') {
    process.stderr.write(`${name}: skipped tests are not accepted in CI\n`);
    return 1;
  }
  return failed > 0 ? 1 : 0;
}

/** Reads `go test -json`: package lines as they come, a test's own output only when it failed. */
async function go() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const output = new Map();
  let broken = false;
  for await (const line of createInterface({ input: process.stdin })) {
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      process.stdout.write(`${line}\n`);
      continue;
    }
    const key = `${event.Package ?? event.ImportPath} ${event.Test ?? ''}`;
    if (event.Action === 'output' || event.Action === 'build-output') {
      const isPackageLine = !event.Test && /^(ok|FAIL|---|\?|panic|WARNING: DATA RACE)/.test(event.Output);
      if (isPackageLine || event.Action === 'build-output') process.stdout.write(event.Output);
      else output.set(key, (output.get(key) ?? '') + event.Output);
    } else if (event.Action === 'pass' && event.Test) {
      counts.passed++;
      output.delete(key);
    } else if (event.Action === 'skip' && event.Test) {
      counts.skipped++;
      process.stdout.write(output.get(key) ?? '');
    } else if (event.Action === 'fail' || event.Action === 'build-fail') {
      if (event.Test) counts.failed++;
      else broken = true;
      process.stdout.write(output.get(key) ?? '');
    }
  }
  const code = keep('go', counts);
  return broken ? 1 : code;
}

function vitest() {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  return keep('vitest', {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  });
}

/** Every test of a Playwright report, however deep its suite lies. */
function* testsOf(suites, path = '') {
  for (const { title, specs, suites: inner } of suites ?? []) {
    for (const spec of specs ?? []) for (const test of spec.tests) yield { name: `[${test.projectName}] ${path}${title} › ${spec.title}`, test };
    yield* testsOf(inner, `${path}${title} › `);
  }
}

/** Says last, and in short, why a journey failed: of a long output often only the end is kept. */
function sayWhy({ name, test }) {
  const word = test.status === 'flaky' ? 'GREEN ONLY ON THE SECOND TRY' : 'FAILED';
  const plain = (text) => text.replaceAll(/\u001b\[[0-9;]*m/g, '');
  for (const { retry, duration, errors } of test.results) {
    for (const { message, location } of errors) {
      const where = location ? ` at ${location.file.split('/').slice(-2).join('/')}:${location.line}` : '';
      const why = plain(message ?? '').split('\n').slice(0, 14).join('\n  ');
      process.stdout.write(`${word} ${name}${retry ? ` (try ${retry + 1})` : ''} after ${duration} ms${where}\n  ${why}\n`);
    }
  }
}

function playwright() {
  const { stats, suites } = JSON.parse(readFileSync(file, 'utf8'));
  for (const one of testsOf(suites)) if (['unexpected', 'flaky'].includes(one.test.status)) sayWhy(one);
  return keep(`playwright-${suite}`, {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
  });
}

function total() {
  const sum = { passed: 0, failed: 0 };
  for (const name of readdirSync(folder)) {
    const counts = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
    sum.passed += counts.passed;
    sum.failed += counts.failed;
  }
  process.stdout.write(`tests: ${sum.passed} passed, ${sum.failed} failed\n`);
  return sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}

process.exitCode = await { go, vitest, playwright, total }[kind]();
