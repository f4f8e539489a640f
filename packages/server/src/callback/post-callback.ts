import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Clock } from '@ossature/protocol';

/** What a callback's server answered. */
export interface CallbackAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Why there is no answer, in the words of OSS. */
export class CallbackFault extends Error {}

/** How long a server has for its answer (OSS: 5 s), and how long the answer may be (OSS: 1 MB). */
const answerTimeoutMs = 5_000;
const answerMaxBytes = 1024 * 1024;

/**
 * Sends one POST, and reads its answer whole. No redirect is followed: the address is the one that was judged. Rejects with `CallbackFault` where nobody
 * answers in time, or not as a callback has to be answered.
 */
export async function postCallback(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  clock: Clock,
): Promise<CallbackAnswer> {
  const ended = new AbortController();
  const late = clock.sleep(answerTimeoutMs, ended.signal).then((): never => {
    throw new CallbackFault('Cost too long time.');
  });
  try {
    return await Promise.race([exchange(url, headers, body, ended.signal), late]);
  } finally {
    // Ends the wait, and the connection with it where that is still open.
    ended.abort();
    late.catch(() => undefined);
  }
}

function exchange(url: URL, headers: Readonly<Record<string, string>>, body: Uint8Array, signal: AbortSignal): Promise<CallbackAnswer> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const unreachable = () => reject(new CallbackFault('Error status : -1.OSS can not connect to your callbackUrl, please check it.'));
    // No agent: a connection is for one callback.
    const request = send(url, { method: 'POST', agent: false, headers: { ...headers }, signal }, (response) => {
      const length = response.headers['content-length'];
      const status = response.statusCode ?? 0;
      if (status === 200 && length === undefined) return reject(new CallbackFault('Response has no Content-Length.'));
      if (Number(length ?? 0) > answerMaxBytes) return reject(new CallbackFault('Response body is too large.'));
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= answerMaxBytes) chunks.push(chunk);
        else reject(new CallbackFault('Response body is too large.'));
      });
      response.on('error', unreachable);
      response.on('end', () => {
        resolve({ status, contentType: response.headers['content-type'] ?? '', body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.on('error', unreachable);
    request.end(body);
  });
}
