import {createEventRecorder} from '../../reconcile/events/recorder.ts'
import {runScheduler} from '../../scheduler/run.ts'
import type {Component} from '../component.ts'

const user = {name: 'system:kube-scheduler', groups: ['system:authenticated']}

export const scheduler: Component = {
  name: 'scheduler',
  wanted: () => true,
  run: ({clientOf, informers, clock, random, logger}, signal) => {
    const client = clientOf(user, 'kube-scheduler')
    const events = createEventRecorder({client, clock, logger, component: 'default-scheduler'})
    return runScheduler({client, informers, events, clock, random, logger, signal})
  },
}
