import type { NetworkInterfaceInfo } from 'node:os'
import { expect, test } from 'vitest'
import { machineAddress } from '../../src/diego/machine-address.ts'

function address(text: string, family: 'IPv4' | 'IPv6', internal = false): NetworkInterfaceInfo {
  const common = { address: text, netmask: '', mac: '', internal, cidr: null }
  return family === 'IPv4' ? { ...common, family } : { ...common, family, scopeid: 0 }
}

const lo = [address('127.0.0.1', 'IPv4', true), address('::1', 'IPv6', true)]

test('is the first IPv4 address that is not loopback', () => {
  const eth0 = [address('fe80::1', 'IPv6'), address('192.0.2.2', 'IPv4')]
  expect(machineAddress({ lo, eth0, docker0: [address('172.17.0.1', 'IPv4')] })).toBe('192.0.2.2')
})

test('is loopback if there is no other', () => {
  expect(machineAddress({ lo, eth0: [address('fe80::1', 'IPv6')] })).toBe('127.0.0.1')
})
