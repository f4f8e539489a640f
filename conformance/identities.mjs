// Makes a user, a role and a master key the way a person does, with the command line, and answers what the programs are to know of them.
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * `ram…`: a user who may do nothing but assume the role. `role…`: who may do everything with OSS. `sts…`: a session of the role. `narrow…`: a session that its
 * policy lets put objects into the buckets of the run, and nothing else.
 */
export async function makeIdentities({ main, folder, endpoint, region, run, account }) {
  const connection = { OSS_ENDPOINT: endpoint, OSS_REGION: region };
  const administrator = { ...connection, OSS_ACCESS_KEY_ID: account.id, OSS_ACCESS_KEY_SECRET: account.secret };
  const ossature = async (environment, ...args) => {
    const options = { env: { ...process.env, ...environment }, encoding: 'utf8' };
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], options);
    return stdout.trim();
  };
  const userId = await ossature(administrator, 'user', 'add', 'ada');
  await ossature(administrator, 'policy', 'attach', 'AliyunSTSAssumeRoleAccess', '--system', '--user', 'ada');
  const key = await ossature(administrator, 'key', 'add', 'ada');
  const roleArn = await ossature(administrator, 'role', 'add', 'copier');
  await ossature(administrator, 'policy', 'attach', 'AliyunOSSFullAccess', '--system', '--role', 'copier');
  const user = { id: printed(key, 'AccessKeyId'), secret: printed(key, 'AccessKeySecret') };
  const policyFile = join(folder, `session-policy-${run}.json`);
  const statement = { Effect: 'Allow', Action: ['oss:PutObject'], Resource: [`acs:oss:*:*:${run}*`] };
  await writeFile(policyFile, JSON.stringify({ Version: '1', Statement: [statement] }));
  const caller = { ...connection, OSS_ACCESS_KEY_ID: user.id, OSS_ACCESS_KEY_SECRET: user.secret };
  const session = await ossature(caller, 'sts', 'assume-role', roleArn);
  const narrow = await ossature(caller, 'sts', 'assume-role', roleArn, '--policy', policyFile);
  await rm(policyFile);
  return {
    OSS_KMS_KEY_ID: await ossature(administrator, 'kms', 'create'),
    OSS_RAM_USER_ID: userId,
    OSS_RAM_KEY_ID: user.id,
    OSS_RAM_KEY_SECRET: user.secret,
    OSS_ROLE_ARN: roleArn,
    ...sessionEnvironment('OSS_STS', session),
    ...sessionEnvironment('OSS_NARROW', narrow),
  };
}

/** Of lines such as `AccessKeyId      ABC` or `NAME=value`. */
function printed(text, name) {
  const value = new RegExp(`^${name}(?:=|\\s+)(\\S+)$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`no ${name} was printed`);
  return value;
}

function sessionEnvironment(prefix, text) {
  return {
    [`${prefix}_KEY_ID`]: printed(text, 'OSS_ACCESS_KEY_ID'),
    [`${prefix}_KEY_SECRET`]: printed(text, 'OSS_ACCESS_KEY_SECRET'),
    [`${prefix}_TOKEN`]: printed(text, 'OSS_SESSION_TOKEN'),
  };
}
