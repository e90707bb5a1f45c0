export function mutatedFiles(src: string, asked: readonly string[]): Record<string, string[]>
