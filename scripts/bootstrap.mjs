// Sets a clone up for the README's commands: dependencies only when the lock file (or the Node version) changed, then the build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const marker = join(root, 'node_modules', '.ossature-installed');

function run(command, args) {
  // On Windows npm is a script that only a shell finds.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (status !== 0) {
    process.stderr.write(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ` with status ${status}`}\n`);
    process.exit(status ?? 1);
  }
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Ossature needs Node 20.19 or later; this is ${process.versions.node}.\n`);
  process.exit(1);
}

const installed = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform} ${process.arch} ${major}`)
  .digest('hex');
if (!existsSync(marker) || readFileSync(marker, 'utf8') !== installed) {
  // No package of ours needs an install script: what has a native part carries its binaries inside.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  writeFileSync(marker, installed);
}
run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', 'tsconfig.json']);
