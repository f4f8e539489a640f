import { once } from 'node:events';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Random, systemRandom } from './random.ts';
import { StoreError } from './store-error.ts';

export interface DirectoryLock {
  /** Lets the next one have the directory. Called after everything in it was closed. */
  release(): Promise<void>;
}

export interface LockOptions {
  readonly random?: Random;
  /** How long another process that starts at the same moment may take to say whether it goes on; default 5 s. */
  readonly patienceMs?: number;
}

/**
 * Makes this process the owner of a directory that exists, or throws StoreError `unavailable` where another one is.
 *
 * An owner listens on a Unix socket in the directory. The system closes it with the process, however that ends, so a socket that refuses
 * a connection is stale; one that takes it is alive, also while its process is too busy to answer. Each process has a socket under a name of its own,
 * minted and never used again. That is what makes replacing safe: a stale name can be removed by anybody at any time, and no live one is
 * ever removed with it. Whoever starts **first shows its own socket and then looks for others**; of two who start together at least one
 * sees the other, so never both go on. The one with the greater name gives way, and the other waits for that. A socket is bound under another
 * name and renamed when it listens: what can be seen is alive.
 *
 * For local file systems: over a network file system the sockets of another machine look stale.
 */
export async function lockDirectory(path: string, { random = systemRandom, patienceMs = 5_000 }: LockOptions = {}): Promise<DirectoryLock> {
  const name = `${lockPrefix}${Buffer.from(random.bytes(8)).toString('hex')}`;
  const directory = await socketDirectory(path);
  const announcement = new Announcement();
  try {
    await listen(announcement.server, `${directory.path}/${name}${unreadyEnd}`);
    try {
      await rename(join(path, `${name}${unreadyEnd}`), join(path, name));
      await judgeOthers(path, directory.path, name, patienceMs);
    } catch (error) {
      await rm(join(path, name), { force: true });
      await announcement.withdraw();
      throw error;
    }
    announcement.own();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError('unavailable', `the directory ${path} could not be locked: ${String(error)}`, { cause: error });
  } finally {
    await directory.handle?.close();
  }
  return {
    release: async () => {
      await rm(join(path, name), { force: true });
      await announcement.withdraw();
    },
  };
}

const lockPrefix = 'lock-';
/** Ends the name of a socket that may not listen yet. */
const unreadyEnd = '.new';
/** The shortest bound of all systems on the path of a socket, without its NUL: macOS has 104, Linux 108. */
const longestSocketPath = 103;

/** Looks at all other sockets: removes the stale ones, waits for those that give way, throws for one that does not. */
async function judgeOthers(path: string, socketPath: string, own: string, patienceMs: number): Promise<void> {
  for (const other of await readdir(path)) {
    if (!other.startsWith(lockPrefix) || other === own) continue;
    const answer = await ask(`${socketPath}/${other}`, own < other, patienceMs);
    if (answer !== 'gone') throw new StoreError('unavailable', `the directory ${path} is in use (${answer})`);
    // One that was not ready yet is no loss either: it cannot show itself without its name, and fails.
    await rm(join(path, other), { force: true });
  }
}

/**
 * Who is behind a socket; `gone`: nobody, or nobody any more. One that starts too, and has to give way, is waited for until it is gone or
 * says that it is the owner. Silence counts as an owner.
 */
function ask(path: string, hasToGiveWay: boolean, patienceMs: number): Promise<string> {
  return new Promise((resolve) => {
    let heard = 'by a process that does not answer';
    const socket = connect(path);
    const answer = (verdict: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(verdict);
    };
    const timer = setTimeout(() => answer(heard), patienceMs);
    socket.on('data', (said: Buffer) => {
      heard = `by process ${said.toString('latin1').trim().split('\n').at(-1)}`;
      if (heard.endsWith(owning) || !hasToGiveWay) answer(heard);
    });
    socket.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
      answer(['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE'].includes(code) ? 'gone' : `its socket cannot be asked: ${code}`);
    });
    socket.on('close', () => answer('gone'));
  });
}

const starting = 'which is starting';
const owning = 'which owns it';

/** The socket that a process shows, and what it says to those who ask. */
class Announcement {
  readonly server: Server;
  readonly #asking = new Set<Socket>();
  #state = starting;

  constructor() {
    this.server = createServer((socket) => {
      this.#asking.add(socket);
      socket.on('close', () => this.#asking.delete(socket));
      // Who asked and went away has heard enough.
      socket.on('error', () => {});
      socket.unref();
      this.#tell(socket);
    });
    // Holding a directory is no reason for a process to stay.
    this.server.unref();
  }

  own(): void {
    this.#state = owning;
    for (const socket of this.#asking) this.#tell(socket);
  }

  async withdraw(): Promise<void> {
    for (const socket of this.#asking) socket.destroy();
    if (this.server.listening) await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  #tell(socket: Socket): void {
    socket.write(`${process.pid}, ${this.#state}\n`);
  }
}

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
}

/**
 * A path of the directory that is short enough for sockets in it. On Linux an open directory has a short one; elsewhere a long path is
 * refused. The handle is open for as long as that path is used.
 */
async function socketDirectory(path: string): Promise<{ readonly path: string; readonly handle: FileHandle | undefined }> {
  const lengthBytes = Buffer.byteLength(join(path, `${lockPrefix}${'0'.repeat(16)}${unreadyEnd}`));
  if (lengthBytes <= longestSocketPath) return { path, handle: undefined };
  if (process.platform !== 'linux') {
    throw new StoreError(
      'unavailable',
      `the path ${path} is too long for a socket in it: ${lengthBytes - longestSocketPath} bytes too many`,
    );
  }
  const handle = await open(path, 'r');
  return { path: `/proc/self/fd/${handle.fd}`, handle };
}
