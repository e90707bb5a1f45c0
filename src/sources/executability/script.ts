/**
 * The interpreter line of a script, read as the kernel reads it (execve(2), "Interpreter scripts"; the line is cut
 * at 255 bytes) and as `env -S` splits it.
 */

export interface InterpreterLine {
  /** The path after `#!`, as written. */
  readonly path: string
  /** The command that runs the script: the path itself, or the name that `env` looks up on PATH. */
  readonly command: string
  readonly viaEnv: boolean
  /** Why the line does not work, as the second half of "its interpreter line …". */
  readonly fault?: { readonly what: string; readonly instead: string }
}

const MAX_LINE = 255

/** @param head the first bytes of a file (256 will do); undefined when it has no interpreter line */
export function readInterpreterLine(head: Buffer): InterpreterLine | undefined {
  if (head.length < 2 || head.toString('latin1', 0, 2) !== '#!') return undefined
  const end = head.indexOf('\n')
  const raw = head.toString('utf8', 2, end < 0 ? head.length : end)
  const path = /^[ \t]*([^ \t]*)/.exec(raw.replace(/\r$/, ''))?.[1] ?? ''
  const rest = raw.slice(raw.indexOf(path) + path.length).replace(/^[ \t]+|[ \t]+$/g, '')
  const viaEnv = /^(\/usr)?\/bin\/env$/.test(path)
  const command = viaEnv ? envCommand(rest.replace(/\r$/, '')) : path
  const line = { path, command, viaEnv }
  const fault = findFault(line, raw, rest, end < 0 ? head.length : end)
  return fault ? { ...line, fault } : line
}

function findFault(
  line: InterpreterLine,
  raw: string,
  rest: string,
  length: number,
): InterpreterLine['fault'] {
  if (raw.endsWith('\r')) {
    return {
      what: 'ends in a carriage return (Windows line endings)',
      instead: 'save it with Unix line endings (`dos2unix`, or `* text eol=lf` in .gitattributes)',
    }
  }
  if (line.path === '') return { what: 'has no interpreter', instead: 'use for example `#!/bin/bash`' }
  if (length > MAX_LINE) {
    return { what: `is longer than the kernel's limit of ${MAX_LINE} bytes`, instead: 'shorten it' }
  }
  if (!line.path.startsWith('/')) {
    return {
      what: `names "${line.path}", which is not an absolute path`,
      instead: `write \`#!/usr/bin/env ${line.path.split('/').at(-1)}\``,
    }
  }
  if (line.viaEnv && line.command === '') {
    return { what: 'has no command after env', instead: 'use for example `#!/usr/bin/env ruby`' }
  }
  if (line.viaEnv && /[ \t]/.test(rest) && !/^(-[a-zA-Z0]*S|--split-string)/.test(rest)) {
    return {
      what: `passes "${rest}" to env as one argument`,
      instead: `write \`#!${line.path} -S ${rest}\``,
    }
  }
  return undefined
}

/** The command in `-S VAR=x perl -w`, `perl`, `-i ruby`. */
function envCommand(rest: string): string {
  const words = rest
    .replace(/^--split-string=?/, '')
    .split(/[ \t]+/)
    .map((word) => word.replace(/^-[a-zA-Z0]*S/, ''))
  let isArgument = false
  for (const word of words) {
    if (isArgument) isArgument = false
    else if (word === '-u' || word === '-C') isArgument = true
    else if (word !== '' && !word.startsWith('-') && !word.includes('=')) return word
  }
  return ''
}
