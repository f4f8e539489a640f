/** The canonical hosts of a region, as OSS has them; they need not resolve to this server. */
export function extranetHost(region: string): string {
  return `oss-${region}.aliyuncs.com`;
}

export function intranetHost(region: string): string {
  return `oss-${region}-internal.aliyuncs.com`;
}

/** A region as `Location` elements have it. */
export function locationOf(region: string): string {
  return `oss-${region}`;
}

/** The resource group of an account's buckets: its own one, since there are no others here. */
export function resourceGroupOf(ownerId: string): string {
  return `rg-${ownerId}`;
}

/** An account as `Owner` elements have it: the display name is the same as the id. */
export function ownerOf(ownerId: string): { readonly id: string; readonly displayName: string } {
  return { id: ownerId, displayName: ownerId };
}
