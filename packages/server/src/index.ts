export type { Account } from './auth/account.ts';
export type { AccountOptions, ServerOptions } from './config.ts';
export type { Peer } from './http/node-server.ts';
export { type RunningServer, startServer } from './start-server.ts';
