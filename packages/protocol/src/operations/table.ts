/** Every operation that this project knows, by its name in camelCase: the one table that both ends walk. */
export * from './acl.ts';
export * from './bucket.ts';
export * from './copy.ts';
export * from './list.ts';
export * from './multipart.ts';
export * from './object-delete.ts';
export * from './object-read.ts';
export * from './object-write.ts';
export * from './service.ts';
export * from './tagging.ts';
