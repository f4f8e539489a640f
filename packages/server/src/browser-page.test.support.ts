/** What a page does with the client: bundled for browsers and run in one by `browser.test.ts`. It uses nothing that a browser does not have. */
import { createClient, isServiceError, isTransportError } from '@ossature/client';

export interface PageOptions {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** Every entry is what the page saw. */
export type PageReport = Readonly<Record<string, unknown>>;

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);
const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i]);

function clientOf({ endpoint, accessKeyId, accessKeySecret }: PageOptions) {
  return createClient({ endpoint, region: 'cn-hangzhou', credentials: { accessKeyId, accessKeySecret }, retry: { attempts: 1 } });
}

/** What an object is put, read, copied, listed and removed with. */
export async function useObjects(options: PageOptions): Promise<PageReport> {
  const client = clientOf(options);
  const { bucket } = options;
  const put = await client.putObject({
    bucket,
    key: 'a/é ü+.txt',
    body: 'hello page',
    contentType: 'text/plain',
    metadata: { color: 'grün' },
    tagging: [{ key: 'k', value: 'v' }],
  });
  const got = await client.getObject({ bucket, key: 'a/é ü+.txt' });
  const part = await client.getObject({ bucket, key: 'a/é ü+.txt', range: 'bytes=6-9' });
  const copied = await client.copyObject({ sourceBucket: bucket, sourceKey: 'a/é ü+.txt', bucket, key: 'b' });
  const head = await client.headObject({ bucket, key: 'b' });
  const keys: string[] = [];
  for await (const { key } of client.pages.listObjectsV2({ bucket, maxKeys: 1 }).items()) keys.push(key);
  const tags = await client.getObjectTagging({ bucket, key: 'b' });
  await client.deleteObject({ bucket, key: 'b' });
  return {
    etag: put.etag,
    requestId: put.requestId !== undefined,
    text: await got.body.text(),
    color: got.metadata?.['color'],
    part: await part.body.text(),
    partStatus: part.statusCode,
    copiedEtag: copied.etag,
    headCrc: head.hashCrc64,
    headType: head.contentType,
    keys,
    tags: tags.tags,
    gone: !(await client.isObjectExist({ bucket, key: 'b' })),
  };
}

/** An upload of a part and of a copied part, read back whole. */
export async function useParts(options: PageOptions): Promise<PageReport> {
  const client = clientOf(options);
  const { bucket } = options;
  const source = bytesOf(300 * 1024);
  await client.putObject({ bucket, key: 'source', body: source });
  const { uploadId } = await client.initiateMultipartUpload({ bucket, key: 'whole' });
  const first = await client.uploadPart({ bucket, key: 'whole', uploadId, partNumber: 1, body: source.subarray(0, 150 * 1024) });
  const second = await client.uploadPartCopy({
    sourceBucket: bucket,
    sourceKey: 'source',
    sourceRange: `bytes=${150 * 1024}-${300 * 1024 - 1}`,
    bucket,
    key: 'whole',
    uploadId,
    partNumber: 2,
  });
  const parts = [first, second].map(({ etag }, i) => ({ partNumber: i + 1, etag: etag ?? '' }));
  const done = await client.completeMultipartUpload({ bucket, key: 'whole', uploadId, parts });
  const whole = await (await client.getObject({ bucket, key: 'whole' })).body.bytes();
  return { etag: done.etag, same: same(whole, source) };
}

/** URLs for somebody without credentials, as a page uses them. */
export async function usePresigned(options: PageOptions): Promise<PageReport> {
  const client = clientOf(options);
  const { bucket } = options;
  const upload = await client.presign('putObject', { bucket, key: 'presigned', contentType: 'text/plain' });
  const sent = await fetch(upload.url, { method: upload.method, headers: { ...upload.signedHeaders }, body: 'from a URL' });
  const download = await client.presign('getObject', { bucket, key: 'presigned' });
  const received = await fetch(download.url);
  return { sent: sent.status, etag: sent.headers.get('etag'), received: textOf(new Uint8Array(await received.arrayBuffer())) };
}

/** What a page is told of its mistakes. */
export async function makeMistakes(options: PageOptions): Promise<PageReport> {
  const codeOf = async (act: Promise<unknown>) =>
    await act.then(
      () => 'no error',
      (error: unknown) => (isServiceError(error) ? error.code : isTransportError(error) ? 'transport' : String(error)),
    );
  const client = clientOf(options);
  const wrong = clientOf({ ...options, accessKeySecret: 'wrong' });
  const { bucket } = options;
  return {
    missing: await codeOf(client.getObject({ bucket, key: 'missing' })),
    refused: await codeOf(wrong.getObject({ bucket, key: 'missing' })),
    notBuilt: await codeOf(client.getObject({ bucket, key: 'a/é ü+.txt', process: 'image/info' })),
    // No rule allows it to pages of this origin.
    closed: await codeOf(client.listObjectsV2({ bucket: 'closed' })),
  };
}
