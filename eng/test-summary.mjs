// test-summary RESULTS EXPECTED: adds up the trx files of a folder, names what failed and what was skipped, and fails on a
// failure, on no test at all, and on a skip that EXPECTED does not list. The last line is "N passed, N failed, N skipped".
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const [folder, expectedFile] = process.argv.slice(2);
const expected = new Set(readFileSync(expectedFile, 'utf8').split('\n').map(line => line.trim()).filter(line => line && !line.startsWith('#')));
const entities = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const decode = text => text
  .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16)))
  .replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => entities[name]);
const inside = (body, tag) => decode(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(body)?.[1] ?? '').trim();

const files = existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.trx')) : [];
const tests = files.flatMap(file => {
  const text = readFileSync(join(folder, file), 'utf8');
  return [...text.matchAll(/<UnitTestResult\b([^>]*?)(?:\/>|>([\s\S]*?)<\/UnitTestResult>)/g)].map(([, head, body = '']) => ({
    name: decode(/testName="([^"]*)"/.exec(head)[1]),
    outcome: /outcome="([^"]*)"/.exec(head)[1],
    message: inside(body, 'Message') || inside(body, 'StdOut'),
  }));
});

const passed = tests.filter(test => test.outcome === 'Passed');
const skipped = tests.filter(test => test.outcome === 'NotExecuted');
const failed = tests.filter(test => !passed.includes(test) && !skipped.includes(test));

// Of a failure as much as tells its cause where nothing but this output is kept.
for (const { name, message } of failed) console.log(`failed: ${name}: ${message.slice(0, 2000)}`);
let unexpected = 0;
for (const { name, message } of skipped) {
  const known = expected.has(`${name}: ${message}`);
  if (!known) unexpected++;
  console.log(`skipped${known ? '' : ' (not in ' + expectedFile + ')'}: ${name}: ${message}`);
}
console.log(`${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`);
process.exit(failed.length > 0 || unexpected > 0 || passed.length === 0 ? 1 : 0);
