export function commandsAndLibraries(paths: Iterable<string>): { commands: string[]; libraries: string[] }
