import * as table from './table.ts';

export { table as operations };

export type Operations = typeof table;
export type OperationKey = keyof Operations;
