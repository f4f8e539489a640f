/** Who a request is from, once its signature is verified. */
export type Principal =
  /** No signature at all: judged by access control lists like everybody else. */
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'account';
      readonly accessKeyId: string;
      readonly ownerId: string;
      /** Of the V4 scope; other versions name none. */
      readonly signingRegion: string | undefined;
    };

export const anonymous: Principal = { kind: 'anonymous' };
