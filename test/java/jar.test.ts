import { describe, expect, it } from 'vitest'
import { checkAgent, checkLibrary, checkRunnable, readManifestText } from '../../src/java/jar.ts'
import { classFile, jar, manifest, sourceOf } from '../support/jars.ts'

const agent = {
  'META-INF/MANIFEST.MF': manifest('Premain-Class: org.acme.Agent', 'Multi-Release: true'),
  'org/acme/Agent.class': classFile(17),
}
const check = (bytes: Buffer, java?: number) => () => checkAgent(sourceOf(bytes, 'lib/agent.jar'), java)

/** Changes bytes of the first directory entry. */
function patched(bytes: Buffer, change: (directory: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes)
  change(copy.subarray(copy.indexOf(Buffer.from('PK\x01\x02', 'latin1'))))
  return copy
}

describe('an agent', () => {
  it('is a jar whose manifest names a Premain-Class that it has', () => {
    expect(check(jar(agent), 17)).not.toThrow()
    expect(check(jar(agent))).not.toThrow()
  })

  it('may have its manifest anywhere in the jar, in any case, folded at 72 bytes', () => {
    const { 'META-INF/MANIFEST.MF': _, ...rest } = agent
    const folded = jar({ ...rest, 'meta-inf/manifest.mf': 'premain-class: org.ac\r\n me.Agent\r\n\r\n' })
    expect(check(folded, 17)).not.toThrow()
  })

  it('is refused without a Premain-Class, without a manifest, and when it names it twice', () => {
    expect(check(jar({ ...agent, 'META-INF/MANIFEST.MF': manifest('Main-Class: A') }))).toThrow(
      /no Premain-Class/,
    )
    expect(check(jar({ 'A.class': 'x' }))).toThrow('lib/agent.jar has no META-INF/MANIFEST.MF')
    const twice = manifest('Premain-Class: org.acme.Agent', 'Premain-Class: org.acme.Other')
    expect(check(jar({ ...agent, 'META-INF/MANIFEST.MF': twice }))).toThrow(/more than one Premain-Class/)
  })

  it('does not take a Premain-Class of a later section for its own', () => {
    const text = `${manifest('Main-Class: A')}Name: x\nPremain-Class: org.acme.Agent\n`
    expect(check(jar({ ...agent, 'META-INF/MANIFEST.MF': text }))).toThrow(/no Premain-Class/)
  })

  it('is refused when the class is not there, unless it may lie on another path', () => {
    const missing = manifest('Premain-Class: org.acme.Missing')
    expect(check(jar({ ...agent, 'META-INF/MANIFEST.MF': missing }))).toThrow(/does not contain the class/)
    for (const line of ['Boot-Class-Path: boot.jar', 'Class-Path: other.jar']) {
      const elsewhere = manifest('Premain-Class: org.acme.Missing', line)
      expect(check(jar({ ...agent, 'META-INF/MANIFEST.MF': elsewhere }))).not.toThrow()
    }
  })

  it('is refused when its class needs a newer Java than the JRE, where that is known', () => {
    expect(check(jar(agent), 11)).toThrow("lib/agent.jar needs Java 17; the app's JRE is Java 11")
  })

  it('may have variants for newer releases, which an older JRE does not look at', () => {
    const variants = jar({ ...agent, 'META-INF/versions/21/org/acme/Agent.class': classFile(21) })
    expect(check(variants, 17)).not.toThrow()
    expect(check(variants, 21)).not.toThrow()
  })

  const withVersions = (files: Readonly<Record<string, Buffer>>, ...lines: readonly string[]) => {
    const text = manifest('Premain-Class: org.acme.Agent', ...lines)
    return check(jar({ 'META-INF/MANIFEST.MF': text, ...files }), 21)
  }
  const MISSING = 'lib/agent.jar does not contain the class org.acme.Agent of its Premain-Class'

  it('has the newest variant that the JRE may use', () => {
    const variants = {
      'org/acme/Agent.class': classFile(8),
      'META-INF/versions/21/org/acme/Agent.class': classFile(22),
      'META-INF/versions/11/org/acme/Agent.class': classFile(11),
    }
    expect(withVersions(variants, 'Multi-Release: TRUE')).toThrow('lib/agent.jar needs Java 22')
    expect(withVersions(variants, 'Multi-Release: false')).not.toThrow()
    expect(withVersions(variants)).not.toThrow()
  })

  it.each([
    ['META-INF/versions/21/org/acme/Agent.class', 'Multi-Release: false'],
    ['x/META-INF/versions/21/org/acme/Agent.class', 'Multi-Release: true'],
    ['META-INF/versions/21/org/acme/Agent.class/x', 'Multi-Release: true'],
    ['x/org/acme/Agent.class', 'Multi-Release: true'],
  ])('is refused when the class is only in %s with %s', (path, line) => {
    expect(withVersions({ [path]: classFile(8) }, line)).toThrow(MISSING)
  })

  it.each(['x', 'no class file'])('is not refused for its class if that is no class file: %s', (text) => {
    expect(withVersions({ 'org/acme/Agent.class': Buffer.from(text) })).not.toThrow()
  })

  it('is refused when it has the class for newer releases only', () => {
    const { 'org/acme/Agent.class': _, ...rest } = agent
    expect(check(jar({ ...rest, 'META-INF/versions/21/org/acme/Agent.class': classFile(21) }), 17)).toThrow(
      /needs Java 21/,
    )
  })
})

describe('an archive', () => {
  const bytes = jar(agent)

  it.each<[string, Buffer, RegExp]>([
    ['is no archive', Buffer.from('#!/bin/sh\n'), /is not a zip archive, or its end is missing/],
    ['is empty', Buffer.alloc(0), /is not a zip archive/],
    ['is truncated', bytes.subarray(0, bytes.length - 30), /its end is missing/],
    ['has lost its start', bytes.subarray(60), /is not where the end record says/],
    [
      'has an encrypted entry',
      patched(bytes, (at) => at.writeUInt16LE(1, 8)),
      /encrypted, which Java cannot read/,
    ],
    ['is packed by another method', patched(bytes, (at) => at.writeUInt16LE(14, 10)), /method 14/],
    ['lies about a place', patched(bytes, (at) => at.writeUInt32LE(0x7fffff, 42)), /impossible offset/],
    ['lies about a size', patched(bytes, (at) => at.writeUInt32LE(0x7fffff, 20)), /impossible offset/],
    [
      'lies about its names',
      patched(bytes, (at) => at.writeUInt16LE(0xfff0, 28)),
      /ends before its last entry/,
    ],
    ['has a NUL in a name', patched(bytes, (at) => at.writeUInt8(0, 46 + 3)), /no META-INF|NUL/],
  ])('is refused when it %s', (_what, broken, message) => {
    expect(check(broken)).toThrow(message)
    if (!/encrypted|method|place|size|NUL/.test(_what)) {
      expect(() => checkLibrary(sourceOf(broken))).toThrow(message)
    }
  })

  it('is refused when it says that it has more or fewer entries than its directory', () => {
    for (const count of [1, 3, 9999]) {
      const lying = Buffer.from(bytes)
      lying.writeUInt16LE(count, lying.length - 22 + 8)
      lying.writeUInt16LE(count, lying.length - 22 + 10)
      expect(check(lying), String(count)).toThrow(/directory/)
    }
  })

  it('may have a launch script in front and a comment behind', () => {
    const commented = Buffer.concat([
      Buffer.from('#!/bin/sh\nexec java\n'),
      bytes,
      Buffer.from('PK\x05\x06 hi'),
    ])
    commented.writeUInt16LE(7, commented.length - 7 - 2)
    expect(check(commented, 17)).not.toThrow()
  })

  it('may be a zip64 archive', () => {
    const end = bytes.length - 22
    const [size, offset] = [bytes.readUInt32LE(end + 12), bytes.readUInt32LE(end + 16)]
    const record = Buffer.alloc(56)
    record.writeUInt32LE(0x06064b50, 0)
    record.writeBigUInt64LE(44n, 4)
    record.writeBigUInt64LE(2n, 24)
    record.writeBigUInt64LE(2n, 32)
    record.writeBigUInt64LE(BigInt(size), 40)
    record.writeBigUInt64LE(BigInt(offset), 48)
    const locator = Buffer.alloc(20)
    locator.writeUInt32LE(0x07064b50, 0)
    locator.writeBigUInt64LE(BigInt(end), 8)
    locator.writeUInt32LE(1, 16)
    const endRecord = Buffer.from(bytes.subarray(end))
    endRecord.writeUInt16LE(0xffff, 8)
    endRecord.writeUInt16LE(0xffff, 10)
    endRecord.writeUInt32LE(0xffffffff, 12)
    endRecord.writeUInt32LE(0xffffffff, 16)
    expect(check(Buffer.concat([bytes.subarray(0, end), record, locator, endRecord]), 17)).not.toThrow()
  })
})

describe('the manifest of a jar', () => {
  const text = (files: Record<string, string>) => readManifestText(sourceOf(jar(files)))

  it('is the first with its name, in any case for what is run', () => {
    const first = manifest('Premain-Class: org.acme.Agent')
    const files = {
      'META-INF/MANIFEST.XX': 'x',
      'meta-inf/manifest.mf': first,
      'META-INF/MANIFEST.MF': manifest(),
    }
    expect(check(jar({ ...files, 'org/acme/Agent.class': classFile(17) }))).not.toThrow()
  })

  it('is read by its exact name', () => {
    expect(text({ 'META-INF/MANIFEST.XX': 'x', 'META-INF/MANIFEST.MF': 'a' })).toBe('a')
    expect(text({ 'meta-inf/manifest.mf': 'a' })).toBeUndefined()
    expect(text({ 'META-INF/MANIFEST.XX': 'x' })).toBeUndefined()
  })
})

describe('a jar that is run', () => {
  it('may have its class elsewhere', () => {
    for (const line of ['Class-Path: other.jar', 'Launcher-Agent-Class: B']) {
      const main = jar({ 'META-INF/MANIFEST.MF': manifest('Main-Class: A', line) })
      expect(() => checkRunnable(sourceOf(main), 17)).not.toThrow()
    }
    const main = jar({ 'META-INF/MANIFEST.MF': manifest('Main-Class: A') })
    expect(() => checkRunnable(sourceOf(main), 17)).toThrow(
      'some.jar does not contain the class A of its Main-Class',
    )
  })

  it('has a Main-Class that the JRE can load', () => {
    const main = { 'META-INF/MANIFEST.MF': manifest('Main-Class: A'), 'A.class': classFile(21) }
    expect(() => checkRunnable(sourceOf(jar(main)), 21)).not.toThrow()
    expect(() => checkRunnable(sourceOf(jar(main)), 17)).toThrow('needs Java 21')
    expect(() => checkRunnable(sourceOf(jar(agent)), 17)).toThrow(
      /cannot be run: its manifest has no Main-Class/,
    )
  })
})
