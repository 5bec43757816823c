// The front end's floors: entries -> routes -> features -> ui -> lib. A feature never imports another
// feature, one place's routes never import another's (each place is its own bundle), state imports
// neither actions nor api. Proves itself first, on imports that must be refused.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = 'frontend/src';
const floors = { entries: 5, routes: 4, features: 3, ui: 2, lib: 1, styles: 1, messages: 1, 'service-worker': 2 };

/** Says why `from` may not import `to` (both relative to src), or returns nothing. */
function refusal(from, to) {
  const [fromKind, fromName] = from.split('/');
  const [toKind, toName] = to.split('/');
  if (!(toKind in floors) || !(fromKind in floors)) return '';
  if (floors[toKind] > floors[fromKind]) return `${fromKind} stand below ${toKind}`;
  if (fromKind === 'features' && toKind === 'features' && fromName !== toName) return 'features do not import one another';
  if (fromKind === 'routes' && toKind === 'routes' && fromName !== toName) return 'each place is its own bundle';
  if (toKind === 'service-worker' && fromKind !== 'service-worker') return 'the service worker is built apart';
  if (/(^|\/)state\.svelte\.ts$/.test(from) && /(^|\/)(actions|api)(\.ts)?$/.test(to)) return 'state knows neither actions nor api';
  return '';
}

const mustRefuse = [
  ['lib/http.ts', 'ui/Button.svelte'],
  ['ui/Button.svelte', 'features/inbox/state.svelte'],
  ['features/inbox/api.ts', 'features/push/api'],
  ['features/inbox/api.ts', 'routes/work/Now.svelte'],
  ['routes/young/Cards.svelte', 'routes/work/Now.svelte'],
  ['features/inbox/state.svelte.ts', 'features/inbox/api'],
  ['features/inbox/Inbox.svelte', 'service-worker/push'],
];
const mustAllow = [
  ['entries/young.ts', 'routes/young/App.svelte'],
  ['features/inbox/Inbox.svelte', 'features/inbox/api'],
  ['ui/Button.svelte', 'lib/i18n.svelte'],
  ['service-worker/push.ts', 'lib/idb'],
];
for (const [from, to] of mustRefuse) if (!refusal(from, to)) throw new Error(`the check lets ${from} import ${to}`);
for (const [from, to] of mustAllow) if (refusal(from, to)) throw new Error(`the check refuses ${from} -> ${to}`);

/** Every source file below a folder; tests may reach anywhere. */
function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.(ts|svelte)$/.test(entry.name) && !/\.test\.ts$/.test(entry.name)) yield path;
  }
}

let bad = 0;
let seen = 0;
for (const file of sources(root)) {
  const text = readFileSync(file, 'utf8');
  for (const [, target] of text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g)) {
    const path = target.startsWith('.')
      ? relative(root, resolve(dirname(file), target))
      : target.replace(/^(\$|@\/|~\/|src\/)/, '');
    if (path.startsWith('..')) continue;
    seen++;
    const why = refusal(relative(root, file), path);
    if (why) {
      bad++;
      process.stderr.write(`${file}: imports ${target}: ${why}\n`);
    }
  }
}
process.stdout.write(`front-end floors: ${seen} imports, ${bad} refused; ${mustRefuse.length} forbidden ones caught\n`);
process.exitCode = bad ? 1 : 0;
