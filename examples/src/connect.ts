import { type Client, createClient } from '@ossature/client';

export interface Place {
  /** The region of both buckets: a copy between regions is not possible. */
  readonly region: string;
  /** Default: the public endpoint of the region. */
  readonly endpoint?: string | undefined;
}

/** A client with the credentials of the environment, where no other user of the machine can read them as he can read arguments. */
export function connect(place: Place): Client {
  return createClient({
    ...place,
    credentials: { accessKeyId: required('OSS_ACCESS_KEY_ID'), accessKeySecret: required('OSS_ACCESS_KEY_SECRET') },
  });
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`Set the environment variable ${name}.`);
  return value;
}
