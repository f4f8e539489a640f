// Runs the official SDKs, unmodified, against `ossature serve` on its embedded store, and prints SDK × behaviour.
// A program prints one JSON line for each behaviour and, last, how many there were. OSSATURE_CONFORMANCE_REQUIRE=python,go: languages that must be there; ali-oss (Node) always must. Anything that misses fails the run.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startCallbackReceiver } from './callback-receiver.mjs';
import { makeIdentities } from './identities.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const work = join(here, '.work');
const serveMain = join(here, '..', 'packages', 'cli', 'dist', 'main.js');
const required = new Set((process.env.OSSATURE_CONFORMANCE_REQUIRE ?? '').split(',').filter(Boolean));
const programTimeoutMs = 10 * 60_000;

function tried(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', ...options });
  return result.status === 0 ? undefined : (result.error?.message ?? `${result.stdout}${result.stderr}`.trim().slice(-600));
}

const ossutil = join(work, 'ossutil');
const java = join(work, 'java');

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
  java: () => {
    const missing = tried('javac', ['-version']) ?? tried('mvn', ['-version']);
    if (missing) return `${missing}\ninstall a JDK of 17 or later, and Maven (Debian: apt-get install default-jdk-headless maven)`;
    const fetch = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${join(java, 'lib')}`];
    const sources = readdirSync(join(here, 'java')).filter((name) => name.endsWith('.java'));
    rmSync(join(java, 'classes'), { recursive: true, force: true });
    mkdirSync(join(java, 'classes'), { recursive: true });
    return (
      tried('mvn', fetch, { cwd: join(here, 'java') }) ??
      tried('javac', ['-encoding', 'UTF-8', '-d', join(java, 'classes'), '-cp', join(java, 'lib', '*'), ...sources], {
        cwd: join(here, 'java'),
      })
    );
  },
  ossutil: () => {
    const missing = tried('go', ['version']);
    if (missing) return `${missing}\ninstall Go 1.23 or later`;
    return tried('go', ['build', '-o', ossutil, 'github.com/aliyun/ossutil'], { cwd: join(here, 'ossutil') });
  },
};

const python = join(work, 'venv', 'bin', 'python');
const programs = [
  { sdk: 'alibabacloud-oss-v2', language: 'python', command: [python, 'python_v2.py'], cwd: join(here, 'python') },
  { sdk: 'oss2', language: 'python', command: [python, 'python_oss2.py'], cwd: join(here, 'python') },
  { sdk: 'Go v2', language: 'go', command: [join(work, 'go-program')], cwd: here },
  { sdk: 'ali-oss', language: 'node', command: [process.execPath, 'ali-oss.mjs'], cwd: join(here, 'node') },
  {
    sdk: 'Java v2',
    language: 'java',
    command: ['java', '-cp', `${join(java, 'classes')}:${join(java, 'lib')}/*`, '-Dfile.encoding=UTF-8', 'conformance.Conformance'],
    cwd: here,
  },
  {
    sdk: 'ossutil',
    language: 'ossutil',
    command: [process.execPath, 'ossutil.mjs'],
    cwd: join(here, 'ossutil'),
    environment: { OSSUTIL: ossutil },
  },
];

/** Starts the server the way a person does, and answers its endpoint. */
async function startServer(account, callbackHost) {
  const data = mkdtempSync(join(tmpdir(), 'ossature-conformance-'));
  // Restorations take a second, so that no program waits for minutes.
  const options = ['--data', data, '--port', '0', '--base-domain', 'oss.test', '--restore-time', '1s', '--callback-allow', callbackHost];
  const child = spawn(process.execPath, [serveMain, 'serve', ...options], {
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
    env: { ...process.env, ...environment, ...program.environment, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), programTimeoutMs);
  const lines = [];
  let announced;
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors = (errors + chunk).slice(-4000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    const value = JSON.parse(line);
    if ('count' in value) announced = value.count;
    else lines.push(value);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  // What was cut short answered less than it was to.
  return { lines, code, errors, isWhole: announced === lines.length };
}

function printTable(results) {
  const names = [...new Set(results.flatMap((result) => result.lines.map((line) => line.behaviour)))];
  const width = Math.max(...names.map((name) => name.length));
  const cell = (result, name) => {
    const line = result.lines.find((each) => each.behaviour === name);
    if (line === undefined) return result.isWhole ? '' : 'no answer';
    return line.skip ? '–' : line.ok ? 'pass' : 'FAIL';
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
      if (line === undefined && result.isWhole) continue;
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
const region = 'cn-hangzhou';
const run = `c${randomBytes(4).toString('hex')}`;
const receiver = await startCallbackReceiver();
const server = await startServer(account, receiver.host);
const results = [];
try {
  const environment = {
    ...(await makeIdentities({ main: serveMain, folder: work, endpoint: server.endpoint, region, run, account })),
    OSS_ENDPOINT: server.endpoint,
    OSS_VIRTUAL_ENDPOINT: server.endpoint.replace('127.0.0.1', 'oss.test'),
    OSS_CALLBACK_URL: `http://${receiver.host}`,
    OSS_REGION: region,
    OSS_RUN: run,
    OSS_ACCESS_KEY_ID: account.id,
    OSS_ACCESS_KEY_SECRET: account.secret,
  };
  for (const program of programs) {
    if (missing[program.language] !== undefined || (only && program.sdk !== only)) continue;
    results.push({ program, ...(await runProgram(program, environment)) });
  }
} finally {
  await server.stop();
  receiver.stop();
}
const { passed, failed } = printTable(results);
const lacking = Object.keys(missing).filter((language) => only !== undefined || language === 'node' || required.has(language));
for (const language of lacking) process.stdout.write(`${language} is required and could not be run\n`);
process.stdout.write(`${passed} passed, ${failed + lacking.length} failed\n`);
process.exit(failed + lacking.length === 0 ? 0 : 1);
