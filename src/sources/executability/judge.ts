/** Whether and how a container of the stack can run a file, with the reasons against it as messages. */

import { compareVersions, type LibraryVersion, type Stack, type StackFiles } from '../../platform/stacks.ts'
import type { Problem } from '../../problems/problems.ts'
import { isJarName } from '../archives/formats.ts'
import type { ExecutableKind } from '../source.ts'
import type { ElfFacts, ElfReading } from './elf.ts'
import type { Inspection } from './inspect.ts'
import type { InterpreterLine } from './script.ts'

/** `error`: it cannot run. `warning`: it may not. `note`: unknown. `what` follows the file's name: "is …". */
export interface Objection {
  readonly severity: Problem['severity']
  readonly what: string
  readonly instead?: string
}

interface Judgement {
  /** How it is run; absent if it cannot run. */
  readonly kind?: ExecutableKind
  readonly objections: readonly Objection[]
}

/**
 * @param stack undefined: the stack is unknown, and checks that depend on it are skipped
 * @param name the file's name: a jar needs both the name and the content
 * @param files of the stack; required if `needsCommands` returns true
 * @param buildpacks names, URLs or languages of those that stage the app
 */
export function judge(
  inspection: Inspection,
  stack: Stack | undefined,
  name: string,
  files?: StackFiles,
  buildpacks: readonly string[] = [],
): Judgement {
  switch (inspection.kind) {
    case 'empty':
      return refused('is empty', 'check how it was built and copied')
    case 'foreign':
      return refused(`is ${inspection.what}`, inspection.instead)
    case 'elf':
      return judgeElf(inspection.elf, stack)
    case 'script':
      return { kind: 'script', objections: objectionsToScript(inspection.line, stack, files, buildpacks) }
    case 'zip':
      if (isJarName(name)) return { kind: 'jar', objections: [] }
      return refused('is a zip archive', 'unpack it, or name it .jar if it is a jar')
    case 'text': {
      if (isJarName(name)) return refused('is a text file, not a jar', 'check how it was built and copied')
      const what = 'has no interpreter line, so bash runs it'
      return {
        kind: 'text',
        objections: [{ severity: 'warning', what, instead: 'write `#!/bin/bash` as the first line' }],
      }
    }
  }
}

function refused(what: string, instead?: string): Judgement {
  return { objections: [{ severity: 'error', what, ...(instead && { instead }) }] }
}

function judgeElf(elf: ElfReading, stack: Stack | undefined): Judgement {
  if ('damaged' in elf) return refused(`is ${elf.damaged}`, 'copy or build it again')
  const machine = machineObjection(elf, stack)
  if (machine) return { objections: [machine] }
  if (elf.type !== 'executable')
    return refused(`is ${TYPE_WORDS[elf.type]}, not a program`, 'use the program')
  return { kind: 'elf', objections: [...loaderObjections(elf, stack), ...versionObjections(elf, stack)] }
}

const TYPE_WORDS: Readonly<Record<Exclude<ElfFacts['type'], 'executable'>, string>> = {
  library: 'a shared library',
  object: 'an object file',
  core: 'a core dump',
  other: 'an ELF file of an unknown type',
}

/** Common names of machines. Source: the registry of `e_machine` values in the gABI. */
const MACHINES: Readonly<Record<number, string>> = {
  2: 'SPARC',
  3: '32-bit x86',
  8: 'MIPS',
  20: '32-bit PowerPC',
  21: 'PowerPC (ppc64)',
  22: 'IBM Z (s390x)',
  40: '32-bit ARM',
  62: 'x86-64',
  183: 'arm64 (aarch64)',
  243: 'RISC-V',
  258: 'LoongArch',
}
const OTHER_SYSTEMS: Readonly<Record<number, string>> = {
  2: 'NetBSD',
  6: 'Solaris',
  9: 'FreeBSD',
  12: 'OpenBSD',
}

function machineObjection(elf: ElfFacts, stack: Stack | undefined): Objection | undefined {
  if (elf.osAbi !== 0 && elf.osAbi !== 3) {
    const system = OTHER_SYSTEMS[elf.osAbi] ?? `another system (OS ABI ${elf.osAbi})`
    return { severity: 'error', what: `is a program for ${system}`, instead: 'build it for Linux' }
  }
  if (!stack || (elf.machine === stack.machine.elf && elf.bits === 64)) return undefined
  const machine = MACHINES[elf.machine] ?? `machine ${elf.machine}`
  const found = elf.machine === stack.machine.elf ? `32-bit ${machine}` : machine
  const what = `is built for ${found}, but ${stack.name} runs on ${stack.machine.name}`
  const instead = `build it for ${stack.machine.name} (${stack.machine.otherNames})`
  return { severity: 'error', what, instead }
}

function loaderObjections({ loader }: ElfFacts, stack: Stack | undefined): readonly Objection[] {
  if (loader === undefined || !stack || stack.loaders.includes(loader)) return []
  if (/\/ld-musl-/.test(loader)) {
    const what = `is built for musl (Alpine Linux): its loader ${loader} is not in ${stack.name}`
    return [{ severity: 'error', what, instead: 'use the build for glibc, or link it statically' }]
  }
  const what = `needs the loader ${loader}, which is not in ${stack.name}`
  const instead = /^\/nix\//.test(loader)
    ? 'link it statically, or build it outside Nix'
    : `build it on ${stack.system}`
  return [{ severity: 'error', what, instead }]
}

function versionObjections(elf: ElfFacts, stack: Stack | undefined): readonly Objection[] {
  if (!stack || elf.loader === undefined) return []
  const objections: Objection[] = []
  const glibc = newest(elf.versionNeeds.map(glibcVersion))
  if (glibc && compareVersions(glibc, stack.glibc) > 0) {
    objections.push({
      severity: 'error',
      what: `needs glibc ${glibc.join('.')}, but ${stack.name} has ${stack.glibc.join('.')}`,
      instead: `build it on ${stack.system} or older, or link it statically`,
    })
  }
  const glibcxx = newest(elf.versionNeeds.map((each) => versionBehind('GLIBCXX_', each)))
  if (
    glibcxx &&
    elf.rpath === undefined &&
    elf.runpath === undefined &&
    compareVersions(glibcxx, stack.glibcxx) > 0
  ) {
    objections.push({
      severity: 'warning',
      what: `needs a libstdc++ with GLIBCXX_${glibcxx.join('.')}, but that of ${stack.name} ends at ${stack.glibcxx.join('.')}`,
      instead: `build it on ${stack.system} or older, or link libstdc++ statically`,
    })
  }
  return objections
}

/** Requirements on the dynamic loader that have no version number, and the first glibc that supports them. */
const GLIBC_MARKS: Readonly<Record<string, LibraryVersion>> = { GLIBC_ABI_DT_RELR: [2, 36] }

function glibcVersion(name: string): LibraryVersion | undefined {
  return GLIBC_MARKS[name] ?? versionBehind('GLIBC_', name)
}

function versionBehind(prefix: string, name: string): LibraryVersion | undefined {
  const text = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  return /^\d+(\.\d+)*$/.test(text) ? text.split('.').map(Number) : undefined
}

function newest(versions: readonly (LibraryVersion | undefined)[]): LibraryVersion | undefined {
  return versions
    .filter((each) => each !== undefined)
    .sort(compareVersions)
    .at(-1)
}

/** Interpreters that every stack has (the package `bash`, and `dash` for `sh`). */
const EVERYWHERE = ['sh', 'bash']

/** Whether the judgement depends on the stack's commands. */
export function needsCommands(inspection: Inspection): boolean {
  return inspection.kind === 'script' && !EVERYWHERE.includes(commandName(inspection.line) ?? '')
}

/** The interpreters that Cloud Foundry's buildpacks put on PATH, and a part of the names of these buildpacks. */
const LANGUAGES: ReadonlyMap<string, RegExp> = new Map([
  ['node', /node/i],
  ['php', /php/i],
  ['python', /python/i],
  ['python3', /python/i],
  ['ruby', /ruby/i],
])

function objectionsToScript(
  line: InterpreterLine,
  stack: Stack | undefined,
  files: StackFiles | undefined,
  buildpacks: readonly string[],
): readonly Objection[] {
  if (line.fault) {
    return [
      {
        severity: 'error',
        what: `cannot run: its interpreter line ${line.fault.what}`,
        instead: line.fault.instead,
      },
    ]
  }
  if (!stack || isBroughtAlong(line.command)) return []
  const name = commandName(line)
  if (name !== undefined && (EVERYWHERE.includes(name) || files?.commands.has(name))) return []
  if (line.viaEnv && name !== undefined && buildpacks.some((each) => LANGUAGES.get(name)?.test(each)))
    return []
  const what = `is run by ${line.command}, which ${stack.name} does not have; a buildpack must provide it`
  const instead = line.viaEnv
    ? undefined
    : `write \`#!/usr/bin/env ${line.command.split('/').at(-1)}\`, which finds it on PATH`
  return [{ severity: 'warning', what, ...(instead && { instead }) }]
}

/** In the container, the app and the files of buildpacks are under /home/vcap. */
function isBroughtAlong(command: string): boolean {
  return command.startsWith('/home/vcap/')
}

/** The command of the stack that the line refers to: on PATH, or in /bin or /usr/bin. */
function commandName({ command, viaEnv }: InterpreterLine): string | undefined {
  if (viaEnv && !command.includes('/')) return command
  return /^(?:\/usr)?\/bin\/([^/]+)$/.exec(command)?.[1]
}
