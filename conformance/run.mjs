// Runs the official SDKs, unmodified, against `ossature serve` on its embedded store, and prints SDK × behaviour.
// OSSATURE_CONFORMANCE_REQUIRE=python,go: languages that must be there; ali-oss (Node) always must. Anything that misses fails the run.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const work = join(here, '.work');
const serveMain = join(here, '..', 'packages', 'cli', 'dist', 'main.js');
const required = new Set((process.env.OSSATURE_CONFORMANCE_REQUIRE ?? '').split(',').filter(Boolean));
const programTimeoutMs = 10 * 60_000;

function tried(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', ...options });
  return result.status === 0 ? undefined : (result.error?.message ?? `${result.stdout}${result.stderr}`.trim().slice(-600));
}

/** Each answers why it cannot run, or undefined. */
const setUps = {
  node: () => tried('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: join(here, 'node') }),
  python: () => {
    const python = join(work, 'venv', 'bin', 'python');
    if (!existsSync(python)) {
      const missing = tried('python3', ['-m', 'venv', join(work, 'venv')]);
      if (missing) return `${missing}\ninstall Python 3.8 or later with its venv module (Debian: apt-get install python3-venv)`;
    }
    return tried(python, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '-r',
      join(here, 'python', 'requirements.txt'),
    ]);
  },
  go: () => {
    const missing = tried('go', ['version']);
    if (missing) return `${missing}\ninstall Go 1.23 or later`;
    return tried('go', ['build', '-o', join(work, 'go-program'), '.'], { cwd: join(here, 'go') });
  },
};

const python = join(work, 'venv', 'bin', 'python');
const programs = [
  { sdk: 'alibabacloud-oss-v2', language: 'python', command: [python, 'python_v2.py'], cwd: join(here, 'python') },
  { sdk: 'oss2', language: 'python', command: [python, 'python_oss2.py'], cwd: join(here, 'python') },
  { sdk: 'Go v2', language: 'go', command: [join(work, 'go-program')], cwd: here },
  { sdk: 'ali-oss', language: 'node', command: [process.execPath, 'ali-oss.mjs'], cwd: join(here, 'node') },
];

/** Starts the server the way a person does, and answers its endpoint. */
async function startServer(account) {
  const data = mkdtempSync(join(tmpdir(), 'ossature-conformance-'));
  const child = spawn(process.execPath, [serveMain, 'serve', '--data', data, '--port', '0', '--base-domain', 'oss.test'], {
    env: { ...process.env, OSSATURE_ACCESS_KEY_ID: account.id, OSSATURE_ACCESS_KEY_SECRET: account.secret },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  const endpoint = await new Promise((resolve, reject) => {
    const read = (text) => {
      output.push(text);
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(output.join('\n'));
      if (match) resolve(match[0]);
    };
    createInterface({ input: child.stdout }).on('line', read);
    createInterface({ input: child.stderr }).on('line', read);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${output.join('\n')}`)));
  });
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.removeAllListeners('exit');
    child.once('exit', () => {});
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await Promise.race([ended, new Promise((resolve) => child.once('close', resolve))]);
    }
    rmSync(data, { recursive: true, force: true });
  };
  return { endpoint, stop, output };
}

/** Runs one program and answers its lines. */
async function runProgram(program, environment) {
  const child = spawn(program.command[0], program.command.slice(1), {
    cwd: program.cwd,
    env: { ...process.env, ...environment, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), programTimeoutMs);
  const lines = [];
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors = (errors + chunk).slice(-4000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) lines.push(JSON.parse(line));
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return { lines, code, errors };
}

function printTable(results) {
  const names = [...new Set(results.flatMap((result) => result.lines.map((line) => line.behaviour)))];
  const width = Math.max(...names.map((name) => name.length));
  const cell = (result, name) => {
    const line = result.lines.find((each) => each.behaviour === name);
    return line === undefined ? 'no answer' : line.skip ? '–' : line.ok ? 'pass' : 'FAIL';
  };
  const columns = results.map((result) => result.program.sdk);
  process.stdout.write(`\n${'behaviour'.padEnd(width)}  ${columns.join('  ')}\n`);
  for (const name of names) {
    process.stdout.write(`${name.padEnd(width)}  ${results.map((result, i) => cell(result, name).padEnd(columns[i].length)).join('  ')}\n`);
  }
  process.stdout.write('\n');
  let passed = 0;
  let failed = 0;
  for (const result of results) {
    for (const name of names) {
      const line = result.lines.find((each) => each.behaviour === name);
      if (line?.skip) process.stdout.write(`${result.program.sdk}: ${name}: not tried: ${line.skip}\n`);
      else if (line?.ok) passed++;
      else {
        failed++;
        process.stdout.write(`${result.program.sdk}: ${name}: ${line?.detail ?? `no answer\n${result.errors}`}\n`);
      }
    }
    if (result.code !== 0 && result.lines.every((line) => line.ok !== false)) {
      failed++;
      process.stdout.write(`${result.program.sdk}: ended with ${result.code}\n${result.errors}\n`);
    }
  }
  return { passed, failed };
}

mkdirSync(work, { recursive: true });
const only = process.argv[2];
const missing = {};
for (const [language, setUp] of Object.entries(setUps)) {
  if (only && !programs.some((program) => program.language === language && program.sdk === only)) continue;
  const reason = setUp();
  if (reason === undefined) continue;
  missing[language] = reason;
  process.stdout.write(`${language}: not run: ${reason}\n`);
}

const account = { id: `conformance${randomBytes(4).toString('hex')}`, secret: randomBytes(20).toString('hex') };
const server = await startServer(account);
const environment = {
  OSS_ENDPOINT: server.endpoint,
  OSS_VIRTUAL_ENDPOINT: server.endpoint.replace('127.0.0.1', 'oss.test'),
  OSS_REGION: 'cn-hangzhou',
  OSS_RUN: `c${randomBytes(4).toString('hex')}`,
  OSS_ACCESS_KEY_ID: account.id,
  OSS_ACCESS_KEY_SECRET: account.secret,
};
const results = [];
try {
  for (const program of programs) {
    if (missing[program.language] !== undefined || (only && program.sdk !== only)) continue;
    results.push({ program, ...(await runProgram(program, environment)) });
  }
} finally {
  await server.stop();
}
const { passed, failed } = printTable(results);
const lacking = Object.keys(missing).filter((language) => language === 'node' || required.has(language));
for (const language of lacking) process.stdout.write(`${language} is required and could not be run\n`);
process.stdout.write(`${passed} passed, ${failed + lacking.length} failed\n`);
process.exit(failed + lacking.length === 0 ? 0 : 1);
