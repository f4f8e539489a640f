/** Our browser client in a real browser: a page of one origin, the server at another, and CORS between them. */
import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@ossature/client';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageOptions, PageReport } from './browser-page.test.support.ts';
import { testAccount } from './sender.test.support.ts';
import { type RunningServer, startServer } from './start-server.ts';

const browserNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const executablePath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => browserNames.map((name) => join(folder, name)))
  .find(isExecutable);
const reason = executablePath === undefined ? ' (skipped: there is no Chromium on the PATH)' : '';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const exposeHeaders = ['ETag', 'Content-Range', 'x-oss-request-id', 'x-oss-hash-crc64ecma', 'x-oss-object-type', 'x-oss-meta-color'];
const ruleFor = (origin: string) => ({
  allowedOrigins: [origin],
  allowedMethods: ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'],
  allowedHeaders: ['*'],
  exposeHeaders,
});

describe.skipIf(executablePath === undefined)(`the client in Chromium${reason}`, () => {
  let server: RunningServer;
  let site: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await startServer({ data: 'memory', port: 0, account: testAccount, buckets: ['pages', 'closed'], log: false });
    site = await serveSite(await bundlePage());
    const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const client = createClient({ endpoint: server.endpoint, region: server.region, credentials: testAccount });
    await client.putBucketCors({ bucket: 'pages', rules: [ruleFor(origin)] });
    await client.putBucketCors({ bucket: 'closed', rules: [ruleFor('https://elsewhere.example')] });
    await client.close();
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      headless: true,
      args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
    });
    page = await browser.newPage();
    await page.goto(`${origin}/`);
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
    await server?.close();
  });

  const run = (name: string): Promise<PageReport> => {
    const options: PageOptions = { endpoint: server.endpoint, bucket: 'pages', ...testAccount };
    return page.evaluate(`page.${name}(${JSON.stringify(options)})`);
  };

  it('puts, reads, copies, lists and removes objects', async () => {
    const report = await run('useObjects');
    expect(report).toEqual({
      etag: `"${createHash('md5').update('hello page').digest('hex').toUpperCase()}"`,
      requestId: true,
      text: 'hello page',
      color: 'grün',
      part: 'page',
      partStatus: 206,
      copiedEtag: report['etag'],
      headCrc: expect.stringMatching(/^\d+$/),
      headType: 'text/plain',
      keys: ['a/é ü+.txt', 'b'],
      tags: [{ key: 'k', value: 'v' }],
      gone: true,
    });
  });

  it('uploads and copies parts', async () => {
    expect(await run('useParts')).toEqual({ etag: expect.stringMatching(/^"[0-9A-F]{32}-2"$/), same: true });
  });

  it('uses presigned URLs', async () => {
    expect(await run('usePresigned')).toEqual({ sent: 200, etag: expect.stringMatching(/^"[0-9A-F]{32}"$/), received: 'from a URL' });
  });

  it('is told what went wrong, and nothing by a bucket that is closed to its origin', async () => {
    expect(await run('makeMistakes')).toEqual({
      missing: 'NoSuchKey',
      refused: 'SignatureDoesNotMatch',
      notBuilt: 'NotImplemented',
      closed: 'transport',
    });
  });
});

async function bundlePage(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('./browser-page.test.support.js', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'page',
    platform: 'browser',
    target: 'es2023',
    logLevel: 'silent',
  });
  return result.outputFiles[0]?.text ?? '';
}

/** The page's own origin. */
async function serveSite(script: string): Promise<Server> {
  const site = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script : '<!doctype html><meta charset="utf-8"><title>page</title><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  return site;
}
