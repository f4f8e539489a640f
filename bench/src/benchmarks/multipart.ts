import type { Call, LightClient } from '../light-client.ts';

export async function initiate(client: LightClient, bucket: string, key: string): Promise<string> {
  const answer = new TextDecoder().decode(await client.send({ method: 'POST', bucket, key, query: [['uploads', undefined]] }));
  return /<UploadId>(\w+)<\/UploadId>/.exec(answer)?.[1] ?? '';
}

export function completeCall(bucket: string, key: string, uploadId: string, etags: readonly string[]): Call {
  const parts = etags.map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>"${etag}"</ETag></Part>`).join('');
  const body = new TextEncoder().encode(`<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`);
  return { method: 'POST', bucket, key, query: [['uploadId', uploadId]], body };
}
