export interface DebianRelease {
  name: string
  version: number
  glibc: number
}
export function debianCounterpart(glibc: string): DebianRelease
export function debianPackages(
  release: DebianRelease,
  names: Iterable<string>,
): Map<string, { version: string; paths: string[] }>
