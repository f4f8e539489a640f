import type { Bucket, BucketProperties } from '@ossature/store';

/** One of the documents that a bucket is configured with: its name in the bucket's row, and how its text is read. */
export interface Configuration<T> {
  readonly name: string;
  /** The text is one that `format` made; it is read once and remembered. */
  readonly parse: (text: string) => T;
  readonly format: (value: T) => string;
}

/** A configuration that is kept as JSON: plain data without dates. */
export function jsonConfiguration<T>(name: string): Configuration<T> {
  return { name, parse: (text) => JSON.parse(text) as T, format: (value) => JSON.stringify(value) };
}

/** A configuration that is kept as it came. */
export function textConfiguration(name: string): Configuration<string> {
  return { name, parse: (text) => text, format: (value) => value };
}

interface Remembered {
  readonly text: string;
  readonly value: unknown;
}

/**
 * What was read already, by the bucket's id, the oldest first. Rows are decoded anew with each request, and their texts repeat: they are compared, which costs a
 * long policy next to nothing, and not looked up, which would hash all of it.
 */
const rememberedBuckets = 512;
const remembered = new WeakMap<Configuration<unknown>, Map<string, Remembered>>();

/** Undefined: the bucket has none. The same text of a bucket answers the same object. */
export function configurationOf<T>(bucket: Bucket, configuration: Configuration<T>): T | undefined {
  const text = bucket.configurations[configuration.name];
  if (text === undefined) return undefined;
  const values = valuesOf(configuration as Configuration<unknown>);
  const known = values.get(bucket.id);
  if (known?.text === text) return known.value as T;
  const value = configuration.parse(text);
  if (values.size >= rememberedBuckets) for (const [oldest] of values) if (values.delete(oldest)) break;
  values.set(bucket.id, { text, value });
  return value;
}

/** The bucket with this configuration; undefined takes it away. */
export function withConfiguration<T>(bucket: Bucket, configuration: Configuration<T>, value: T | undefined): BucketProperties {
  const { id: _id, name: _name, createdMs: _createdMs, configurations, ...properties } = bucket;
  const { [configuration.name]: _before, ...others } = configurations;
  return {
    ...properties,
    configurations: value === undefined ? others : { ...others, [configuration.name]: configuration.format(value) },
  };
}

function valuesOf(configuration: Configuration<unknown>): Map<string, Remembered> {
  const known = remembered.get(configuration);
  if (known !== undefined) return known;
  const values = new Map<string, Remembered>();
  remembered.set(configuration, values);
  return values;
}
