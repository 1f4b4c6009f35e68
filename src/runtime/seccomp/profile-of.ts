// Which filter of system calls a container asks for.
import {readFileSync} from 'node:fs'
import {ProfileType} from '../../lib/cri/enums.ts'
import type {Received} from '../../lib/cri/messages.ts'
import {GrpcError, grpcCodes} from '../../lib/grpc/status.ts'
import {defaultProfile, type SeccompProfile} from './default-profile.ts'

const readProfile = (file: string): SeccompProfile => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SeccompProfile
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new GrpcError(
      grpcCodes.unknown,
      `failed to generate seccomp spec opts: cannot load seccomp profile "${file}": ${message}`,
    )
  }
}

/** Undefined: none. Privileged containers have none whatever they ask for. */
export const profileOf = (
  security: Received<'LinuxContainerSecurityContext'> | undefined,
  capabilities: readonly string[] | undefined,
): SeccompProfile | undefined => {
  const asked = security?.seccomp
  if (!asked || security.privileged) return undefined
  if (asked.profileType === ProfileType.RuntimeDefault) return defaultProfile(capabilities ?? [])
  return asked.profileType === ProfileType.Localhost ? readProfile(asked.localhostRef) : undefined
}
