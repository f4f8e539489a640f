import { describe, expect, it } from 'vitest';
import { type ErrorCode, type ErrorRow, errorRow, errorTable, isServiceError, ServiceError } from './errors.ts';

const rows = Object.entries(errorTable) as readonly (readonly [string, ErrorRow])[];

describe('the table of errors', () => {
  it('is ordered by status, then by code without regard to letter case', () => {
    const key = ([code, { status }]: readonly [string, ErrorRow]): string => `${status} ${code.toLowerCase()}`;
    const keys = rows.map(key);
    expect(keys).toEqual([...keys].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('has statuses of errors, texts, and numbers in their form', () => {
    for (const [code, { status, message, ec, elements }] of rows) {
      expect(status === 203 || status === 304 || (status >= 400 && status <= 503), code).toBe(true);
      // SDKs repeat a 501: what is not built is 400 NotImplemented.
      expect(status, code).not.toBe(501);
      expect(message, code).not.toBe('');
      if (ec !== undefined) expect(ec, code).toMatch(/^\d{4}-\d{8}$/);
      expect(new Set(elements).size, code).toBe(elements?.length ?? 0);
    }
  });

  it('says what a few codes are', () => {
    expect(errorTable.FileImmutable).toMatchObject({ status: 409, message: 'The object you specified is immutable.' });
    expect(errorTable.NotImplemented.status).toBe(400);
    expect(errorTable.InvalidRange.status).toBe(416);
    expect(errorRow('toString')).toBeUndefined();
  });
});

describe('ServiceError', () => {
  it('takes what is not given from the table', () => {
    expect(new ServiceError('NoSuchBucket')).toMatchObject({
      name: 'ServiceError',
      code: 'NoSuchBucket',
      statusCode: 404,
      message: 'The specified bucket does not exist.',
      ec: '0015-00000101',
      elements: {},
      headers: {},
    });
  });

  it('takes what is given before the table', () => {
    const cause = new Error('why');
    const error = new ServiceError('NoSuchUpload', {
      message: 'm',
      ec: '0042-00000311',
      statusCode: 400,
      elements: { UploadId: 'u' },
      cause,
    });
    expect(error).toMatchObject({ message: 'm', ec: '0042-00000311', statusCode: 400, elements: { UploadId: 'u' }, cause });
  });

  it('keeps a code that the table does not have', () => {
    expect(new ServiceError('Brand.New')).toMatchObject({ code: 'Brand.New', message: 'Brand.New', statusCode: 500, ec: undefined });
  });
});

describe('isServiceError', () => {
  it('narrows to errors of the service, and to one code', () => {
    const error: unknown = new ServiceError('NoSuchKey');
    expect(isServiceError(error)).toBe(true);
    expect(isServiceError(error, 'NoSuchKey')).toBe(true);
    expect(isServiceError(error, 'NoSuchBucket')).toBe(false);
    expect(isServiceError(new Error('NoSuchKey'))).toBe(false);
    if (isServiceError(error)) {
      const status: number = error.statusCode;
      expect(status).toBe(404);
    }
  });

  it('has types that refuse codes nobody knows', () => {
    const code: ErrorCode = 'NoSuchKey';
    expect(isServiceError(undefined, code)).toBe(false);
    expect(isServiceError(undefined, 'BadErrorResponse')).toBe(false);
    // @ts-expect-error: no such code
    expect(isServiceError(undefined, 'NoSuchKeys')).toBe(false);
  });
});
