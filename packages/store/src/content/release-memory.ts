import { MessageChannel, type MessagePort } from 'node:worker_threads';

type Transferring = ArrayBuffer & { readonly transfer?: (lengthBytes: number) => ArrayBuffer };

let closedPort: MessagePort | undefined;

/**
 * Gives the memory of bytes back at once, which nobody looks at any more: they have no length afterwards. `node:crypto` answers into new memory each time; left to the
 * collector, half a mebibyte a chunk is always new to the caches and to the kernel, and opening a chunk took about half as long again (measured). Nothing may be under way on
 * the bytes any more, no write of a file or socket either. It is a help and no more: bytes that share their memory with others are left alone.
 */
export function releaseMemory(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== bytes.byteLength || bytes.byteLength === 0) return;
  const transferring: Transferring = buffer;
  // Node 20 has no `transfer`: there, what is handed to a port that is closed is dropped.
  if (transferring.transfer !== undefined) transferring.transfer(0);
  else portToNowhere().postMessage(undefined, [buffer]);
}

function portToNowhere(): MessagePort {
  if (closedPort === undefined) {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    port1.close();
    closedPort = port1;
  }
  return closedPort;
}
