import {defaultProfile, type Profile, profileNamed} from '../../client/profile.ts'
import type {Invocation} from '../invocation.ts'
import {chosenProfile} from './chosen-profile.ts'

/** The profile a command is about: `--profile`, else MINI_PROFILE, else the one `mini profile use` chose, else `mini`. */
export const selectedProfile = ({globals, io}: Pick<Invocation, 'globals' | 'io'>): Profile =>
  profileNamed(globals.profile || io.env.MINI_PROFILE || chosenProfile(io.env) || defaultProfile, io.env)
