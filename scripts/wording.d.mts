export function mustComply(file: string): boolean
export function wordingFaults(file: string, text: string): readonly string[]
