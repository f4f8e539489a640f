/** The server as a library: `npm install --save-dev ossature`, and start it in a test with `startServer({ data: 'memory', port: 0 })`. */
export {
  type AccountOptions,
  type Encryption,
  type Envelope,
  KeyFault,
  type KeyFaultReason,
  type KeyRing,
  type RunningServer,
  type ServerOptions,
  startServer,
} from '@ossature/server';
