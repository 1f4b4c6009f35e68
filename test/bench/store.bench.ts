// The store beside real etcd, in one run.
import {tmpdir} from 'node:os'
import {benchStore} from './store.ts'

await benchStore(tmpdir(), (line) => console.log(line))
