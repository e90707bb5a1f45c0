export function readReceipt(text: string): { sum?: string; packages: Map<string, string> }
export function stackOfReceipt(fileName: string): { name: string; machine: string }
export function ubuntuRelease(versions: Iterable<string>): string
export function upstreamVersion(version: string): string
export function withoutT64(name: string): string
