/** V1 is `OSS`, V2 `OSS2`, V4 `OSS4-HMAC-SHA256`. There is no V3. */
export type SignatureVersion = 'V1' | 'V2' | 'V4';

export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Of temporary credentials (STS). An empty one counts as none, as the SDKs have it. */
  readonly securityToken?: string | undefined;
}
