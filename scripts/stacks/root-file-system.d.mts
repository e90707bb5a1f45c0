export function rootFileSystem(
  root: string,
  names: Iterable<string>,
): { packages: Map<string, { paths: string[] }>; others: string[] }
