import { appendFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@ossature/client';
import { type RunningServer, startServer } from '@ossature/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransferOptions } from './transfer-options.ts';
import { uploadFile } from './upload-file.ts';

let server: RunningServer;
let client: Client;
let folder: string;

beforeAll(async () => {
  server = await startServer({ data: 'memory', port: 0, buckets: ['one'], log: false });
  client = createClient({ endpoint: server.endpoint, region: server.region, credentials: server.account });
  folder = await mkdtemp(join(tmpdir(), 'ossature-upload-'));
});

afterAll(async () => {
  await client.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** `onBytes` runs whenever bytes of a part have been taken. */
function options(more: Partial<TransferOptions>, onBytes: () => void = () => undefined): TransferOptions {
  return {
    thresholdBytes: 100 * 1024,
    partBytes: 100 * 1024,
    parallel: 1,
    signal: new AbortController().signal,
    progress: { begin: () => undefined, report: onBytes },
    onLeftUpload: () => expect.unreachable('the upload was not aborted'),
    ...more,
  };
}

describe('uploadFile', () => {
  it.each([
    ['in one request', 10 * 1024 * 1024],
    ['in parts', 100 * 1024],
  ])('makes no object of a file that changes while it is sent %s', async (_, thresholdBytes) => {
    const path = join(folder, 'growing');
    await writeFile(path, Buffer.alloc(3 * 1024 * 1024));
    const key = `growing-${thresholdBytes}`;
    const grow = () => appendFileSync(path, 'more');
    const sent = uploadFile(client, path, { bucket: 'one', key }, undefined, options({ thresholdBytes }, grow));
    await expect(sent).rejects.toThrow('has changed while it was sent');
    expect(await client.isObjectExist({ bucket: 'one', key })).toBe(false);
    expect((await client.listMultipartUploads({ bucket: 'one' })).uploads).toEqual([]);
  });

  it('leaves no upload behind when it is interrupted while that is initiated', async () => {
    const path = join(folder, 'interrupted');
    await writeFile(path, Buffer.alloc(300 * 1024));
    const controller = new AbortController();
    const interrupting: Client = {
      ...client,
      initiateMultipartUpload: async (request, callOptions) => {
        const initiated = client.initiateMultipartUpload(request, callOptions);
        // The request is on its way: who gives it up now never learns the id.
        controller.abort(new Error('interrupted'));
        return initiated;
      },
    };
    const sent = uploadFile(interrupting, path, { bucket: 'one', key: 'x' }, undefined, options({ signal: controller.signal }));
    await expect(sent).rejects.toThrow('interrupted');
    expect((await client.listMultipartUploads({ bucket: 'one' })).uploads).toEqual([]);
  });
});
