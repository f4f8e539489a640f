import { ServiceError } from '@ossature/protocol';

/**
 * The token of ListObjectsV2, in the form that OSS's samples have: base64 of a protobuf message whose field 1 is the last name, with `.`, `_`
 * and `-` in place of the characters of base64 that a URL would need to escape. Clients take it as opaque.
 */
export function encodeToken(name: string): string {
  const bytes = Buffer.from(name, 'utf8');
  const length = bytes.length < 0x80 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
  const message = Buffer.concat([Buffer.from([0x0a, ...length]), bytes]);
  return message.toString('base64').replaceAll('+', '.').replaceAll('/', '_').replaceAll('=', '-');
}

/** Throws 400 InvalidArgument for anything that `encodeToken` does not make. */
export function decodeToken(token: string): string {
  const message = Buffer.from(token.replaceAll('.', '+').replaceAll('_', '/').replaceAll('-', '='), 'base64');
  const isLong = ((message[1] ?? 0) & 0x80) !== 0;
  const name = message.subarray(isLong ? 3 : 2).toString('utf8');
  if (name === '' || encodeToken(name) !== token) {
    throw new ServiceError('InvalidArgument', {
      message: 'The continuation token provided is incorrect.',
      ec: '0015-00000404',
      elements: { ArgumentName: 'continuation-token', ArgumentValue: token },
    });
  }
  return name;
}
