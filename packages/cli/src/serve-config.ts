import { readFile } from 'node:fs/promises';
import { UsageError } from './usage-error.ts';

const logLevels = ['debug', 'info', 'warn', 'error', 'off'] as const;

/** The configuration file of `serve`: JSON, every field optional. */
export interface ServeConfig {
  readonly data?: string;
  readonly memory?: boolean;
  readonly host?: string;
  readonly port?: number;
  readonly regions?: readonly string[];
  readonly buckets?: readonly string[];
  readonly baseDomains?: readonly string[];
  readonly publicUrl?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  /** `1s`, `24h`. */
  readonly quarantine?: string;
  readonly strict?: boolean;
  readonly unlimitedCopy?: boolean;
  readonly strictRetentionOnSource?: boolean;
  readonly blockPublicAccess?: boolean;
  readonly callbackAllow?: readonly string[];
  readonly trustProxy?: readonly string[];
  /** `2s`. */
  readonly restoreTime?: string;
  readonly keyFile?: string;
  readonly logLevel?: (typeof logLevels)[number];
  readonly account?: { readonly accessKeyId: string; readonly accessKeySecret: string };
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isFlag = (value: unknown) => typeof value === 'boolean';

/** What each field must be. */
const forms: Readonly<Record<keyof ServeConfig, { readonly form: string; readonly fits: (value: unknown) => boolean }>> = {
  data: { form: 'a directory', fits: isText },
  memory: { form: 'true or false', fits: isFlag },
  host: { form: 'an address', fits: isText },
  port: { form: 'a number from 0 to 65535', fits: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535 },
  regions: { form: 'a list of regions', fits: isTexts },
  buckets: { form: 'a list of bucket names', fits: isTexts },
  baseDomains: { form: 'a list of domains', fits: isTexts },
  publicUrl: { form: 'a URL', fits: isText },
  tlsCert: { form: 'a file', fits: isText },
  tlsKey: { form: 'a file', fits: isText },
  quarantine: { form: 'a time such as 1s', fits: isText },
  strict: { form: 'true or false', fits: isFlag },
  unlimitedCopy: { form: 'true or false', fits: isFlag },
  strictRetentionOnSource: { form: 'true or false', fits: isFlag },
  blockPublicAccess: { form: 'true or false', fits: isFlag },
  callbackAllow: { form: 'a list of hosts', fits: isTexts },
  trustProxy: { form: 'a list of addresses or networks', fits: isTexts },
  restoreTime: { form: 'a time such as 2s', fits: isText },
  keyFile: { form: 'a file', fits: isText },
  logLevel: { form: `one of ${logLevels.join(', ')}`, fits: (value) => logLevels.some((level) => level === value) },
  account: { form: 'an object with accessKeyId and accessKeySecret', fits: isAccount },
};

/** Reads and judges a configuration file. Throws `UsageError`, which never quotes a value: there may be a secret among them. */
export async function readServeConfig(file: string): Promise<ServeConfig> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The configuration ${file} cannot be read (${error.code ?? error.message}).`);
  });
  const config = parse(text);
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw new UsageError(`The configuration ${file} is no JSON object.`);
  for (const [name, value] of Object.entries(config)) {
    const field = Object.hasOwn(forms, name) ? forms[name as keyof ServeConfig] : undefined;
    if (field === undefined) throw new UsageError(`The configuration ${file} has a field "${name}", which does not exist.`);
    if (!field.fits(value)) throw new UsageError(`In the configuration ${file}, "${name}" must be ${field.form}.`);
  }
  return config as ServeConfig;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAccount(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { accessKeyId, accessKeySecret } = value as Readonly<Record<string, unknown>>;
  return isText(accessKeyId) && isText(accessKeySecret);
}
