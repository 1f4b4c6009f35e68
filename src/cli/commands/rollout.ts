import {command} from '../definition.ts'

export const definition = command({
  summary: 'Manage the rollout of a resource',
  description: `Manage the rollout of one or many resources.
        
 Valid resource types include:

  *  deployments
  *  daemonsets
  *  statefulsets`,
  examples: `  # Rollback to the previous deployment
  kubectl rollout undo deployment/abc
  
  # Check the rollout status of a daemonset
  kubectl rollout status daemonset/foo
  
  # Restart a deployment
  kubectl rollout restart deployment/abc
  
  # Restart deployments with the 'app=nginx' label
  kubectl rollout restart deployment --selector=app=nginx`,
  helpToStdout: true,
  flags: {},
  commands: [
    {
      name: 'history',
      summary: 'View rollout history',
      load: async () => (await import('./rollout/history.ts')).definition,
    },
    {
      name: 'pause',
      summary: 'Mark the provided resource as paused',
      load: async () => (await import('./rollout/pause.ts')).definition,
    },
    {
      name: 'restart',
      summary: 'Restart a resource',
      load: async () => (await import('./rollout/restart.ts')).definition,
    },
    {
      name: 'resume',
      summary: 'Resume a paused resource',
      load: async () => (await import('./rollout/resume.ts')).definition,
    },
    {
      name: 'status',
      summary: 'Show the status of the rollout',
      load: async () => (await import('./rollout/status.ts')).definition,
    },
    {
      name: 'undo',
      summary: 'Undo a previous rollout',
      load: async () => (await import('./rollout/undo.ts')).definition,
    },
  ],
})
