// ossutil 1 against an endpoint: every behaviour, in the order of the imports.
import { rmSync } from 'node:fs';
import './objects.mjs';
import './protection.mjs';
import './configurations.mjs';
import { behaviour, behaviours, DESTINATION, folder, ossutil, refused, SOURCE, VERSIONED } from './setting.mjs';

behaviour('delete bucket', () => {
  for (const bucket of [SOURCE, DESTINATION, VERSIONED]) {
    ossutil('rm', `oss://${bucket}`, '-a', '-r', '-b', '-f', ...(bucket === VERSIONED ? ['--all-versions'] : []));
  }
  refused('NoSuchBucket', 'stat', `oss://${SOURCE}`);
});

let failed = 0;
for (const [name, run] of behaviours) {
  try {
    await run();
    process.stdout.write(`${JSON.stringify({ behaviour: name, ok: true })}\n`);
  } catch (error) {
    failed++;
    process.stdout.write(`${JSON.stringify({ behaviour: name, ok: false, detail: `${error.message}`.slice(0, 1500) })}\n`);
  }
}
process.stdout.write(`${JSON.stringify({ count: behaviours.length })}\n`);
rmSync(folder, { recursive: true, force: true });
process.exit(failed === 0 ? 0 : 1);
