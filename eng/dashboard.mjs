// dashboard.mjs PROMETHEUS DASHBOARD: whether every PromQL expression of a Grafana dashboard gives data from a running Prometheus; tells those that do not.
import { readFileSync } from "node:fs";

const [server, file] = process.argv.slice(2);
const patience = 90_000; // a rate needs a window, a metric its first event
const started = Date.now();
let missing = JSON.parse(readFileSync(file, "utf8")).panels.flatMap(panel => panel.targets.map(target => target.expr));
const count = missing.length;

async function lacks(expression) {
  try {
    const answer = await (await fetch(`${server}/api/v1/query?query=${encodeURIComponent(expression)}`)).json();
    return answer.status !== "success" || answer.data.result.length === 0;
  } catch {
    return true;
  }
}

do {
  const lacking = await Promise.all(missing.map(lacks));
  missing = missing.filter((_, index) => lacking[index]);
  if (missing.length > 0) {
    await new Promise(resolve => setTimeout(resolve, 2000));
  }
} while (missing.length > 0 && Date.now() - started < patience);

console.log(missing.length === 0 ? `all ${count} expressions give data` : `no data: ${missing.join("; ")}`);
process.exit(missing.length === 0 && count > 0 ? 0 : 1);
