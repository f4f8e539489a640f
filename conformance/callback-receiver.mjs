// Stands for an application's server: what a write calls back. It answers what it was told, and an error below /fail.
import { createServer } from 'node:http';

/** `host`: where it listens, `127.0.0.1:port`. */
export async function startCallbackReceiver() {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const answer = JSON.stringify({ received: body });
    response.writeHead(request.url === '/fail' ? 500 : 200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(answer),
    });
    response.end(answer);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { host: `127.0.0.1:${server.address().port}`, stop };
}
